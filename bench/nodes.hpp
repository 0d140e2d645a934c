// SPDX-License-Identifier: MIT
//
// The workloads' data as Boost.Serialization and cereal users would write them, and how to build them from the shared shapes.
#ifndef MSRCK_BENCH_NODES_HPP
#define MSRCK_BENCH_NODES_HPP

#include <cstring>
#include <streambuf>
#include <vector>

#include "workload.h"

// A stream buffer over memory that is reserved once, so that archives are not measured by how std::string grows.
class memory_buffer : public std::streambuf {
public:
    void clear() { bytes_.clear(); }
    void reserve(size_t n) { bytes_.reserve(n); }
    size_t size() const { return bytes_.size(); }
    const char *data() const { return bytes_.data(); }
    void rewind() { char *p = bytes_.data(); setg(p, p, p + bytes_.size()); }

protected:
    std::streamsize xsputn(const char *s, std::streamsize n) override
    {
        bytes_.insert(bytes_.end(), s, s + n);
        return n;
    }
    int overflow(int c) override
    {
        bytes_.push_back(static_cast<char>(c));
        return c;
    }

private:
    std::vector<char> bytes_;
};

// Pointer is a template over the element, so that one builder serves raw and shared pointers.
template <class Node, class Pointer, class Make>
Pointer build_tree(uint32_t n, bool shuffled, std::vector<Pointer> &nodes, Make make)
{
    uint32_t *left, *right, *order = make_order(n, shuffled, 42);
    make_tree_shape(n, &left, &right);
    nodes.assign(n, Pointer());
    for (uint32_t k = 0; k < n; k++)
        nodes[order[k]] = make();
    for (uint32_t i = 0; i < n; i++) {
        nodes[i]->value = static_cast<int>(i * 2654435761u);
        if (left[i] != NO_CHILD)
            nodes[i]->left = nodes[left[i]];
        if (right[i] != NO_CHILD)
            nodes[i]->right = nodes[right[i]];
    }
    free(left);
    free(right);
    free(order);
    return nodes[0];
}

template <class Pointer, class Make>
Pointer build_graph(uint32_t n, std::vector<Pointer> &nodes, Make make)
{
    uint64_t seed = 7;
    nodes.assign(n, Pointer());
    for (uint32_t i = 0; i < n; i++)
        nodes[i] = make();
    for (uint32_t i = 0; i < n; i++) {
        for (int k = 0; k < 8; k++)
            nodes[i]->payload[k] = static_cast<int64_t>(random_next(&seed));
        // The first pointer is a chain, so that everything is reached from node 0; three are random.
        nodes[i]->next[0] = nodes[(i + 1) % n];
        for (int k = 1; k < 4; k++)
            nodes[i]->next[k] = nodes[random_next(&seed) % n];
    }
    return nodes[0];
}

#endif
