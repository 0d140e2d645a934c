// SPDX-License-Identifier: MIT
//
// cereal, binary archive, std::shared_ptr: keeps identity, native byte order, recursive. It takes no raw pointers.
#include <cereal/archives/binary.hpp>
#include <cereal/types/memory.hpp>
#include <cereal/types/vector.hpp>
#include <istream>
#include <memory>
#include <ostream>
#include <pthread.h>
#include <string>
#include <unistd.h>

#include "nodes.hpp"

namespace {

struct tree_node {
    int value = 0;
    std::shared_ptr<tree_node> left, right;
    template <class A> void serialize(A &a) { a(value, left, right); }
};

struct graph_node {
    int64_t payload[8];
    std::shared_ptr<graph_node> next[4];
    template <class A> void serialize(A &a) { a(payload, next[0], next[1], next[2], next[3]); }
};

struct matrices {
    std::vector<double> a, b;
    std::vector<int> pivots;
    template <class A> void serialize(A &archive) { archive(a, b, pivots); }
};

template <class Root> void measure(const std::shared_ptr<Root> &root, const arguments &a, measurement &m, size_t reserve)
{
    memory_buffer buffer;
    buffer.reserve(reserve);
    peak_reset();
    m.peak_before = peak_kib();
    for (unsigned round = 0; round < a.rounds; round++) {
        buffer.clear();
        uint64_t start = nanoseconds();
        std::ostream stream(&buffer);
        cereal::BinaryOutputArchive archive(stream);
        archive(root);
        m.collect[m.collects++] = nanoseconds() - start;
    }
    m.peak_after = peak_kib();
    m.bytes = buffer.size();
    for (unsigned round = 0; round < a.rounds; round++) {
        // Leaked on purpose: destroying a long chain of shared pointers recurses too, and is not what is measured.
        auto *again = new std::shared_ptr<Root>;
        buffer.rewind();
        uint64_t start = nanoseconds();
        std::istream stream(&buffer);
        cereal::BinaryInputArchive archive(stream);
        archive(*again);
        m.restore[m.restores++] = nanoseconds() - start;
    }
}

int run(const arguments &a)
{
    measurement m = {};
    std::string w = a.workload;
    if (w == "tree" || w == "tree-random") {
        auto *nodes = new std::vector<std::shared_ptr<tree_node>>;
        measure(build_tree<tree_node, std::shared_ptr<tree_node>>(static_cast<uint32_t>(a.size), w == "tree-random", *nodes,
                                                                  [] { return std::make_shared<tree_node>(); }), a, m, a.size * 24);
    } else if (w == "graph") {
        auto *nodes = new std::vector<std::shared_ptr<graph_node>>;
        measure(build_graph(static_cast<uint32_t>(a.size), *nodes, [] { return std::make_shared<graph_node>(); }), a, m, a.size * 120);
    } else if (w == "linpack") {
        auto x = std::make_shared<matrices>();
        uint64_t seed = 1;
        x->a.resize(a.size * a.size);
        x->b.resize(a.size);
        x->pivots.resize(a.size);
        for (auto &v : x->a)
            v = random_double(&seed);
        for (auto &v : x->b)
            v = random_double(&seed);
        measure(x, a, m, a.size * a.size * 8 + a.size * 16);
    } else {
        fprintf(stderr, "cereal: no workload %s\n", a.workload);
        return 2;
    }
    print_measurement("cereal", a.workload, a.size, &m);
    fflush(stdout);
    _exit(0);
}

void *run_thread(void *argument)
{
    return reinterpret_cast<void *>(static_cast<intptr_t>(run(*static_cast<arguments *>(argument))));
}

} // namespace

int main(int argc, char **argv)
{
    arguments a = read_arguments(argc, argv);
    pthread_attr_t attributes;
    pthread_t thread;
    void *result;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, static_cast<size_t>(8) << 30);
    if (pthread_create(&thread, &attributes, run_thread, &a) != 0)
        return 3;
    pthread_join(thread, &result);
    return static_cast<int>(reinterpret_cast<intptr_t>(result));
}
