/* SPDX-License-Identifier: MIT */
/* Graphviz, which lays the graph out. It is called directly: no shell sees any name. */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "graph.h"
#include "output.h"

extern char **environ;

/* What posix_spawn returns: 0 or a number of errno. */
static int spawn_dot(int input, int output, pid_t *child)
{
    char *arguments[] = { (char[]){ "dot" }, (char[]){ "-Tsvg" }, NULL };
    posix_spawn_file_actions_t actions;
    int reason = posix_spawn_file_actions_init(&actions);

    if (reason != 0)
        return reason;
    reason = posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
    if (reason == 0)
        reason = posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    /* It warns of fonts that are missing; its exit code tells what matters. */
    if (reason == 0)
        reason = posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    if (reason == 0)
        reason = posix_spawnp(child, "dot", &actions, NULL, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    return reason;
}

int graph_run_dot(FILE *dot_text, FILE *svg)
{
    pid_t child = -1;
    int status = 0, reason;

    if (fflush(dot_text) != 0 || fflush(svg) != 0 || lseek(fileno(dot_text), 0, SEEK_SET) != 0) {
        output_message(NULL, "cannot write the graph: %s", strerror(errno));
        return EXIT_CODE_SYSTEM;
    }
    reason = spawn_dot(fileno(dot_text), fileno(svg), &child);
    if (reason != 0) {
        output_message(NULL, "--svg needs the program dot of Graphviz, which cannot be run: %s; --dot works without it",
                       strerror(reason));
        return EXIT_CODE_SYSTEM;
    }
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            return EXIT_CODE_SYSTEM;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return EXIT_CODE_OK;
    output_message(NULL, "dot could not lay out the graph or write the picture");
    return EXIT_CODE_SYSTEM;
}
