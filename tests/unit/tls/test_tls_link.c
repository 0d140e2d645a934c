/* SPDX-License-Identifier: MIT */
/* Who may connect, who may not, and what those who may not can do to the others. */
#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <msrck/tls.h>

static const msrck_tls *const tls = &msrck_tls_openssl;
static char folder[] = "/tmp/msrck-tls-XXXXXX";
static char key[64], other_key[64];

static void setup(void)
{
    cr_assert_not_null(mkdtemp(folder));
    snprintf(key, sizeof key, "%s/key", folder);
    snprintf(other_key, sizeof other_key, "%s/other", folder);
    cr_assert_eq(tls->make_key(key, NULL), MSRCK_OK);
    cr_assert_eq(tls->make_key(other_key, NULL), MSRCK_OK);
}

static void teardown(void)
{
    unlink(key);
    unlink(other_key);
    rmdir(folder);
}

TestSuite(tls, .init = setup, .fini = teardown);

/* A process that waits, answers the first good peer with what it sent, and ends with 0; its address is in `address`. */
static pid_t echo(char address[32])
{
    msrck_error error = MSRCK_ERROR_INIT;
    msrck_tls_listener *listener;
    msrck_tls_link *link;
    char bytes[64];
    pid_t process;
    size_t got;

    cr_assert_eq(tls->listen("127.0.0.1:0", key, &listener, &error), MSRCK_OK, "%s", error.message);
    snprintf(address, 32, "127.0.0.1:%u", tls->port(listener));
    if ((process = fork()) != 0) {
        tls->stop(listener);
        return process;
    }
    alarm(120);
    if (tls->accept(listener, -1, &link, NULL) != MSRCK_OK || link == NULL ||
        tls->read(link, bytes, sizeof bytes, 60000, &got, NULL) != MSRCK_OK ||
        tls->write(link, bytes, got, 60000, NULL) != MSRCK_OK)
        _exit(1);
    tls->read(link, bytes, sizeof bytes, 60000, &got, NULL);
    tls->close(link);
    tls->stop(listener);
    _exit(0);
}

static void expect_echo(const char *address)
{
    msrck_error error = MSRCK_ERROR_INIT;
    msrck_tls_link *link;
    char bytes[64] = "";
    size_t got;

    cr_assert_eq(tls->connect(address, key, 60000, &link, &error), MSRCK_OK, "%s", error.message);
    cr_assert_eq(tls->write(link, "hello", 5, 60000, &error), MSRCK_OK, "%s", error.message);
    cr_assert_eq(tls->read(link, bytes, sizeof bytes, 60000, &got, &error), MSRCK_OK, "%s", error.message);
    cr_assert_eq(got, 5);
    cr_assert_str_eq(bytes, "hello");
    tls->close(link);
}

static void expect_end(pid_t process)
{
    int status = 0;

    cr_assert_eq(waitpid(process, &status, 0), process);
    cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0, "status %x", (unsigned)status);
}

/* A plain connection, as anybody can make it. */
static int plain(const char *address)
{
    struct sockaddr_in place = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int one = socket(AF_INET, SOCK_STREAM, 0);

    place.sin_port = htons((unsigned short)atoi(strchr(address, ':') + 1));
    cr_assert_eq(connect(one, (struct sockaddr *)&place, sizeof place), 0);
    return one;
}

Test(tls, peers_with_the_same_key_talk)
{
    char address[32];
    pid_t process = echo(address);

    expect_echo(address);
    expect_end(process);
}

Test(tls, a_wrong_key_is_turned_away_and_the_listener_waits_on)
{
    msrck_error error = MSRCK_ERROR_INIT;
    msrck_tls_link *link;
    char address[32];
    pid_t process = echo(address);

    cr_assert_eq(tls->connect(address, other_key, 60000, &link, &error), MSRCK_SYSTEM);
    cr_assert_not_null(strstr(error.message, "do not share a key"), "%s", error.message);
    cr_assert_null(link);
    expect_echo(address);
    expect_end(process);
}

Test(tls, silent_and_nonsensical_peers_hold_up_nobody_and_learn_nothing)
{
    int silent[40], nonsense, got;
    char address[32], bytes[256];
    pid_t process = echo(address);

    for (size_t s = 0; s < 40; s++)
        silent[s] = plain(address);
    nonsense = plain(address);
    cr_assert_gt(write(nonsense, "GET / HTTP/1.0\r\n\r\n", 18), 0);
    expect_echo(address);
    /* At most a TLS alert, and never a word of the protocol. */
    got = (int)recv(nonsense, bytes, sizeof bytes, 0);
    cr_assert_leq(got, 7);
    expect_end(process);
    for (size_t s = 0; s < 40; s++)
        close(silent[s]);
    close(nonsense);
}

Test(tls, nothing_is_sent_before_the_peer_has_begun)
{
    struct pollfd waiting = { .events = POLLIN };
    char address[32];
    pid_t process = echo(address);

    waiting.fd = plain(address);
    cr_assert_eq(poll(&waiting, 1, 300), 0);
    close(waiting.fd);
    expect_echo(address);
    expect_end(process);
}

/* A server that has no key but claims to be one: the client must not go on with it. */
Test(tls, a_client_does_not_talk_to_a_listener_with_another_key)
{
    msrck_tls_listener *listener;
    msrck_tls_link *link = NULL, *client;
    char address[32];
    pid_t process;

    cr_assert_eq(tls->listen("localhost:0", other_key, &listener, NULL), MSRCK_OK);
    snprintf(address, sizeof address, "localhost:%u", tls->port(listener));
    if ((process = fork()) == 0)
        _exit(tls->connect(address, key, 60000, &client, NULL) == MSRCK_OK);
    cr_assert_eq(tls->accept(listener, 1000, &link, NULL), MSRCK_OK);
    cr_assert_null(link);
    tls->stop(listener);
    expect_end(process);
}

Test(tls, a_cut_connection_is_no_orderly_end)
{
    msrck_error error = MSRCK_ERROR_INIT;
    char address[32], byte;
    msrck_tls_link *link;
    pid_t process = echo(address);
    size_t got;

    cr_assert_eq(tls->connect(address, key, 60000, &link, &error), MSRCK_OK, "%s", error.message);
    kill(process, SIGKILL);
    waitpid(process, NULL, 0);
    cr_assert_eq(tls->read(link, &byte, 1, 60000, &got, &error), MSRCK_SYSTEM);
    cr_assert_neq(error.message[0], '\0');
    tls->close(link);
}

Test(tls, reading_ends_at_its_time_limit)
{
    msrck_error error = MSRCK_ERROR_INIT;
    char address[32], byte;
    msrck_tls_link *link;
    pid_t process = echo(address);
    size_t got;

    cr_assert_eq(tls->connect(address, key, 60000, &link, &error), MSRCK_OK, "%s", error.message);
    cr_assert_eq(tls->read(link, &byte, 1, 50, &got, &error), MSRCK_SYSTEM);
    cr_assert_not_null(strstr(error.message, "time limit"), "%s", error.message);
    tls->close(link);
    kill(process, SIGKILL);
    waitpid(process, NULL, 0);
}

/* ---- Keys and addresses ---- */

static void expect_bad_key(const char *sentence)
{
    msrck_error error = MSRCK_ERROR_INIT;
    msrck_tls_listener *listener;

    cr_assert_neq(tls->listen("127.0.0.1:0", other_key, &listener, &error), MSRCK_OK);
    cr_assert_null(listener);
    cr_assert_not_null(strstr(error.message, sentence), "%s", error.message);
}

Test(tls, keys_that_others_can_read_are_refused)
{
    cr_assert_eq(chmod(other_key, 0640), 0);
    expect_bad_key("mode is 640, not 600");
    cr_assert_eq(chmod(other_key, 0602), 0);
    expect_bad_key("mode is 602, not 600");
}

Test(tls, keys_are_one_line_of_their_own_form)
{
    int file = open(other_key, O_WRONLY | O_APPEND);

    cr_assert_eq(write(file, "x", 1), 1);
    close(file);
    expect_bad_key("is not a key");
    cr_assert_eq(truncate(other_key, 40), 0);
    expect_bad_key("is not a key");
    cr_assert_eq(truncate(other_key, 0), 0);
    expect_bad_key("is not a key");
    unlink(other_key);
    expect_bad_key("No such file");
    cr_assert_eq(mkdir(other_key, 0700), 0);
    expect_bad_key("is not a file");
    rmdir(other_key);
}

Test(tls, keys_are_private_from_the_start_and_never_overwritten)
{
    msrck_error error = MSRCK_ERROR_INIT;
    struct stat status;

    cr_assert_eq(stat(key, &status), 0);
    cr_assert_eq(status.st_mode & 0777, 0600);
    cr_assert_eq(tls->make_key(key, &error), MSRCK_SYSTEM);
    cr_assert_not_null(strstr(error.message, "exists"), "%s", error.message);
}

Test(tls, addresses_that_are_none_are_told)
{
    static const char *const bad[] = { "",      "host",      "host:",      ":x",         ":65536", "1.2.3.4:5x",
                                       "::1:5", "[::1:5",    "name.example:5", ":123456789", ":-1" };

    for (size_t b = 0; b < sizeof bad / sizeof bad[0]; b++) {
        msrck_error error = MSRCK_ERROR_INIT;
        msrck_tls_listener *listener;

        cr_assert_eq(tls->listen(bad[b], key, &listener, &error), MSRCK_MISUSE, "'%s': %s", bad[b], error.message);
        cr_assert_null(listener);
    }
}

Test(tls, every_address_of_the_machine_is_one_form)
{
    msrck_error error = MSRCK_ERROR_INIT;
    msrck_tls_listener *listener;

    cr_assert_eq(tls->listen(":0", key, &listener, &error), MSRCK_OK, "%s", error.message);
    cr_assert_gt(tls->port(listener), 0);
    tls->stop(listener);
}
