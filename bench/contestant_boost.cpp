// SPDX-License-Identifier: MIT
//
// Boost.Serialization, binary archive with object tracking: keeps identity, native byte order, recursive.
#include <boost/archive/binary_iarchive.hpp>
#include <boost/archive/binary_oarchive.hpp>
#include <boost/serialization/array_wrapper.hpp>
#include <boost/serialization/vector.hpp>
#include <fstream>
#include <pthread.h>

#include "nodes.hpp"

namespace {

struct tree_node {
    int value = 0;
    tree_node *left = nullptr, *right = nullptr;
    template <class A> void serialize(A &a, unsigned) { a & value & left & right; }
};

struct graph_node {
    int64_t payload[8];
    graph_node *next[4];
    template <class A> void serialize(A &a, unsigned)
    {
        a & boost::serialization::make_array(payload, 8);
        for (auto &p : next)
            a & p;
    }
};

// Boost does not track pointers to int without a class around it.
struct boxed { int value = 0; template <class A> void serialize(A &a, unsigned) { a & value; } };
struct ten { int values[10]; template <class A> void serialize(A &a, unsigned) { a & values; } };
struct ten_pointers { boxed *items[10]; template <class A> void serialize(A &a, unsigned) { for (auto &p : items) a & p; } };
struct mix {
    tree_node *tree = nullptr;
    boxed *number = nullptr;
    ten *numbers = nullptr;
    ten_pointers *pointers = nullptr;
    mix *next = nullptr;
    template <class A> void serialize(A &a, unsigned) { a & tree & number & numbers & pointers & next; }
};

struct matrices {
    std::vector<double> a, b;
    std::vector<int> pivots;
    template <class A> void serialize(A &archive, unsigned) { archive & a & b & pivots; }
};

void free_tree(tree_node *root)
{
    std::vector<tree_node *> stack(1, root);
    while (!stack.empty()) {
        tree_node *node = stack.back();
        stack.pop_back();
        if (node == nullptr)
            continue;
        stack.push_back(node->left);
        stack.push_back(node->right);
        delete node;
    }
}

void forget(tree_node *root) { free_tree(root); }
void forget(graph_node *) {}        // leaked: the process ends soon
void forget(mix *) {}
void forget(matrices *m) { delete m; }

template <class Root> void measure(Root *root, const arguments &a, measurement &m, size_t reserve)
{
    memory_buffer buffer;
    buffer.reserve(reserve);
    peak_reset();
    m.peak_before = peak_kib();
    for (unsigned round = 0; round < a.rounds; round++) {
        buffer.clear();
        uint64_t start = nanoseconds();
        if (a.file != nullptr) {
            std::ofstream out(a.file, std::ios::binary | std::ios::trunc);
            boost::archive::binary_oarchive archive(out);
            archive << root;
            out.flush();
        } else {
            boost::archive::binary_oarchive archive(buffer);
            archive << root;
        }
        m.collect[m.collects++] = nanoseconds() - start;
    }
    m.peak_after = peak_kib();
    for (unsigned round = 0; round < a.rounds; round++) {
        Root *again = nullptr;
        uint64_t start = nanoseconds();
        if (a.file != nullptr) {
            std::ifstream in(a.file, std::ios::binary);
            boost::archive::binary_iarchive archive(in);
            archive >> again;
            m.bytes = static_cast<uint64_t>(in.tellg());
        } else {
            buffer.rewind();
            boost::archive::binary_iarchive archive(buffer);
            archive >> again;
            m.bytes = buffer.size();
        }
        m.restore[m.restores++] = nanoseconds() - start;
        forget(again);
    }
}

mix *build_mix(size_t instances)
{
    mix *first = nullptr;
    std::vector<tree_node *> nodes;
    for (size_t i = 0; i < instances; i++) {
        mix *m = new mix;
        m->tree = build_tree<tree_node, tree_node *>(4, false, nodes, [] { return new tree_node; });
        m->number = new boxed;
        m->number->value = static_cast<int>(i);
        m->numbers = new ten();
        m->pointers = new ten_pointers;
        for (int k = 0; k < 10; k++) {
            m->pointers->items[k] = new boxed;
            m->pointers->items[k]->value = k;
        }
        m->next = first;
        first = m;
    }
    return first;
}

int run(const arguments &a)
{
    measurement m = {};
    std::string w = a.workload;
    if (w == "tree" || w == "tree-random") {
        std::vector<tree_node *> nodes;
        measure(build_tree<tree_node, tree_node *>(static_cast<uint32_t>(a.size), w == "tree-random", nodes, [] { return new tree_node; }), a, m,
                a.size * 24);
    } else if (w == "graph") {
        std::vector<graph_node *> nodes;
        measure(build_graph(static_cast<uint32_t>(a.size), nodes, [] { return new graph_node; }), a, m, a.size * 120);
    } else if (w == "mix") {
        measure(build_mix(a.size), a, m, a.size * 1000);
    } else if (w == "linpack") {
        matrices *x = new matrices;
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
        fprintf(stderr, "boost: no workload %s\n", a.workload);
        return 2;
    }
    print_measurement("boost", a.workload, a.size, &m);
    return 0;
}

void *run_thread(void *argument)
{
    return reinterpret_cast<void *>(static_cast<intptr_t>(run(*static_cast<arguments *>(argument))));
}

} // namespace

// Both archives recurse once a node in the worst case: without a stack of gigabytes they crash at some ten thousand.
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
