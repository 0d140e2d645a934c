/* SPDX-License-Identifier: MIT */
/*
 * Explores the document that `msrck dump --json` prints. Everything from the file becomes text nodes, never markup.
 * What is shown stands behind the # of the address: home, block=N&leaf=N&page=N, type=N&page=N, search=TEXT&where=W.
 */
"use strict";
(() => {
    const data = JSON.parse(document.getElementById("data").textContent);
    const ROWS = 200;
    const MOST_RESULTS = 300;

    /* ---- The document ---- */

    const types = data.types;
    const extents = [];
    let blockCount = 0, omittedCount = 0;
    for (const extent of data.extents) {
        const omitted = Number(extent.omitted || 0);
        extents.push({ ...extent, count: Number(extent.count), first: blockCount + 1,
                       total: extent.blocks.length + omitted });
        blockCount += extent.blocks.length + omitted;
        omittedCount += omitted;
    }

    /* The extent and value of a block; value undefined when it is left out here; null when there is none. */
    function findBlock(number) {
        let low = 0, high = extents.length - 1;
        if (!(number >= 1 && number <= blockCount))
            return null;
        while (low < high) {
            const middle = (low + high + 1) >> 1;
            if (extents[middle].first <= number)
                low = middle;
            else
                high = middle - 1;
        }
        const extent = extents[low], entry = extent.blocks[number - extent.first];
        return { number, extent, type: extent.type, value: entry === undefined ? undefined : entry.elements };
    }

    const leafCounts = new Map();
    function leavesOf(type) {
        if (leafCounts.has(type))
            return leafCounts.get(type);
        const entry = types[type];
        let leaves = 1;
        leafCounts.set(type, 1);
        if (entry.kind === "complex")
            leaves = 2;
        else if (entry.kind === "array")
            leaves = Number(entry.count) * leavesOf(entry.element);
        else if (entry.kind === "struct")
            leaves = plainFields(entry).reduce((sum, field) => sum + leavesOf(field.type), 0);
        else if (entry.kind === "union")
            leaves = Math.max(0, ...entry.fields.map((field) => leavesOf(field.type)));
        leafCounts.set(type, leaves);
        return leaves;
    }

    function plainFields(entry) {
        return entry.fields.filter((field) => field.role !== "skipped" && field.role !== "flexible");
    }

    const pointing = new Map();
    function hasPointers(type) {
        if (!pointing.has(type)) {
            const entry = types[type];
            pointing.set(type, false);
            pointing.set(type, entry.kind === "pointer" || entry.kind === "opaque" ||
                         (entry.kind === "array" && hasPointers(entry.element)) ||
                         ((entry.kind === "struct" || entry.kind === "union") &&
                          entry.fields.some((field) => field.role !== "skipped" && hasPointers(field.type))));
        }
        return pointing.get(type);
    }

    function isChar(type) {
        return types[type].kind === "scalar" && types[type].scalar === "char";
    }

    /* The key of a field in a struct's or union's object. */
    function keyOf(entry, field) {
        return field.name !== "" ? field.name : ":" + entry.fields.indexOf(field);
    }

    /* ---- Names of blocks ---- */

    const names = new Map();
    const seenFrames = new Map();
    function nameBlock(place, name) {
        if (place && place.block && !names.has(Number(place.block)))
            names.set(Number(place.block), name);
    }
    for (const variable of data.variables)
        nameBlock(variable.place, variable.name);
    data.frames.forEach((frame) => {
        const before = seenFrames.get(frame.function) || 0;
        seenFrames.set(frame.function, before + 1);
        frame.shown = before === 0 ? frame.name : frame.name + "#" + before;
        nameBlock(frame.live, frame.shown);
        frame.locals.forEach((place, i) =>
            nameBlock(place, frame.shown + "." + data.program.functions[frame.function].locals[i].name));
    });

    /* ---- Values as rows ---- */

    /* Yields { path, leaf, type, value } for every scalar; depth is bounded by the nesting of types. */
    function* rows(type, value, path, leaf) {
        const entry = types[type];
        if (entry.kind === "struct") {
            let at = leaf;
            for (const field of entry.fields) {
                if (field.role === "skipped" || value === null || !(keyOf(entry, field) in value))
                    continue;
                const inner = field.name === "" ? path : path + (path === "" ? "" : ".") + field.name;
                const part = value[keyOf(entry, field)];
                if (field.role === "flexible")
                    yield* elements(field.type, part, inner, leaf + leavesOf(type));
                else
                    yield* rows(field.type, part, inner, at);
                at += field.role === "flexible" ? 0 : leavesOf(field.type);
            }
        } else if (entry.kind === "union") {
            const field = value === null ? undefined : entry.fields.find((each) => keyOf(entry, each) in value);
            if (field === undefined)
                yield { path, leaf, type, value: null, text: "no active member" };
            else
                yield* rows(field.type, value[keyOf(entry, field)], path + (path === "" ? "" : ".") + field.name, leaf);
        } else if (entry.kind === "array") {
            yield* elements(entry.element, value, path, leaf, Number(entry.count));
        } else {
            yield { path, leaf, type, value };
        }
    }

    function* elements(type, value, path, leaf, count) {
        if (typeof value === "string") {
            yield { path, leaf, type, value, text: quote(value), count };
            return;
        }
        for (let i = 0; value !== null && i < value.length; i++)
            yield* rows(type, value[i], path + "[" + i + "]", leaf + i * leavesOf(type));
    }

    function* blockRows(block) {
        if (typeof block.value !== "string" && block.value && block.value.length === 1)
            yield* rows(block.type, block.value[0], "", 0);
        else if (block.value !== undefined && block.value !== null)
            yield* elements(block.type, block.value, "", 0, block.extent.count);
    }

    /* Pointers only: types without any are passed over. */
    function* blockPointers(block) {
        if (!hasPointers(block.type))
            return;
        for (const row of blockRows(block))
            if (row.value !== null && typeof row.value === "object" && row.value.block !== undefined)
                yield row;
    }

    /* The way to a leaf of a block: "[3].left". `target` is the type that is meant: the outermost such object. */
    function placeName(block, leaf, target) {
        const each = leavesOf(block.type);
        const count = block.extent.count;
        const entry = types[block.type];
        const flexible = entry.kind === "struct" ? entry.fields.find((field) => field.role === "flexible") : undefined;
        if (flexible !== undefined && leaf >= each) {
            const width = leavesOf(flexible.type);
            return "." + flexible.name + "[" + Math.floor((leaf - each) / width) + "]";
        }
        if (flexible === undefined && leaf === each * count)
            return count === 1 ? " (end)" : "[" + count + "]";
        const path = count > 1 && flexible === undefined ? "[" + Math.floor(leaf / each) + "]" : "";
        return descend(block.type, leaf % each, path, target);
    }

    function descend(type, leaf, path, target) {
        const entry = types[type];
        if (leaf === 0 && (type === target || types[target].kind === "void"))
            return path;
        if (entry.kind === "struct") {
            for (const field of plainFields(entry)) {
                const width = leavesOf(field.type);
                if (leaf < width)
                    return descend(field.type, leaf, field.name === "" ? path : path + "." + field.name, target);
                leaf -= width;
            }
        } else if (entry.kind === "array") {
            const width = leavesOf(entry.element);
            return descend(entry.element, leaf % width, path + "[" + Math.floor(leaf / width) + "]", target);
        } else if (entry.kind === "union" && leaf > 0) {
            return path + " (leaf " + leaf + ")";
        }
        return path;
    }

    /* ---- Back links, made when first asked for ---- */

    let incoming = null;
    function pointersTo(number) {
        if (incoming === null) {
            incoming = new Map();
            for (const extent of extents)
                for (let i = 0; hasPointers(extent.type) && i < extent.blocks.length; i++) {
                    const block = findBlock(extent.first + i);
                    for (const row of blockPointers(block)) {
                        const target = Number(row.value.block);
                        if (!incoming.has(target))
                            incoming.set(target, []);
                        incoming.get(target).push({ from: block.number, row });
                    }
                }
        }
        return incoming.get(number) || [];
    }

    /* ---- Text ---- */

    function quote(text) {
        return '"' + text.replace(/["\\]/g, "\\$&").replace(/[\x00-\x1f\x7f-\xff]/g,
            (c) => "\\" + c.charCodeAt(0).toString(8).padStart(3, "0")) + '"';
    }

    function scalarText(row) {
        const entry = types[row.type];
        if (row.text !== undefined)
            return row.text;
        if (row.value === null)
            return "NULL";
        if (entry.kind === "enum") {
            const found = entry.enumerators.find((each) => each.value === String(row.value));
            return found === undefined ? String(row.value) : found.name + " (" + row.value + ")";
        }
        if (entry.kind === "complex")
            return numberText(row.value[0]) + " + " + numberText(row.value[1]) + "i";
        if (entry.kind === "function")
            return row.value.function + "()";
        if (isChar(row.type) && row.value >= 32 && row.value < 127)
            return row.value + " '" + String.fromCharCode(row.value) + "'";
        return typeof row.value === "object" ? "nowhere (" + row.value.address + ")" : numberText(row.value);
    }

    function numberText(value) {
        return Object.is(value, -0) ? "-0" : String(value);
    }

    function declaration(type) {
        const entry = types[type];
        if (entry.kind === "struct" || entry.kind === "union")
            return entry.name + " {\n" + entry.fields.map((field) =>
                "    " + types[field.type].name + "  " + (field.name || "(anonymous)") +
                (field.role === "bits" ? " : " + field.bits : field.role === "flexible" ? "[]" : "") +
                ";" + (field.role === "skipped" ? "  // not saved" : "") + "\n").join("") + "}";
        if (entry.kind === "enum")
            return entry.name + " {\n" + entry.enumerators.map((each) => "    " + each.name + " = " + each.value + ",\n").join("") + "}";
        return entry.name;
    }

    /* ---- Building the page ---- */

    function make(tag, attributes, ...children) {
        const element = document.createElement(tag);
        for (const [key, value] of Object.entries(attributes || {}))
            element.setAttribute(key, value);
        element.append(...children.filter((child) => child !== null && child !== undefined));
        return element;
    }

    function link(hash, ...children) {
        return make("a", { href: "#" + hash }, ...children);
    }

    function segmentMark(segment) {
        return make("span", { class: "segment " + segment }, segment);
    }

    function blockTitle(block) {
        const entry = types[block.type];
        const flexible = entry.kind === "struct" && entry.fields.some((field) => field.role === "flexible");
        const many = flexible ? " + " + block.extent.count : block.extent.count > 1 ? "[" + block.extent.count + "]" : "";
        const name = names.get(block.number);
        return "#" + block.number + " " + entry.name + many + (name === undefined ? "" : " (" + name + ")");
    }

    function blockLink(number, leaf) {
        const block = findBlock(number);
        return block === null ? document.createTextNode("#" + number)
            : link("block=" + number + (leaf ? "&leaf=" + leaf : ""), blockTitle(block));
    }

    function valueNode(row) {
        if (row.value === null || typeof row.value !== "object" || row.value.block === undefined)
            return document.createTextNode(scalarText(row));
        const number = Number(row.value.block), leaf = Number(row.value.leaf), block = findBlock(number);
        const node = make("span", {}, row.whole ? "" : "\u2192 ");
        if (block === null)
            return document.createTextNode("\u2192 #" + number);
        node.append(segmentMark(block.extent.segment), blockLink(number, leaf));
        if (leaf !== 0)
            node.append(" at " + placeName(block, leaf, types[row.type].element || 0));
        if (isChar(block.type) && typeof block.value === "string")
            node.append(" " + quote(block.value.slice(leaf, leaf + 60).split("\0")[0]));
        return node;
    }

    /* As C declares it: "int [3]", "char *[3]". */
    function arrayName(name, count) {
        if (count === 1)
            return name;
        const pointer = name.lastIndexOf("(*");
        if (pointer >= 0)
            return name.slice(0, pointer + 2) + "[" + count + "]" + name.slice(pointer + 2);
        return name.endsWith("*") ? name + "[" + count + "]" : name.endsWith("]") ? name.replace(" [", " [" + count + "][")
            : name + " [" + count + "]";
    }

    function rowTable(list, here) {
        const body = list.map((row) => make("tr", row.leaf === here ? { class: "here" } : {},
            make("td", { class: "path" }, row.path === "" ? "*" : row.path),
            make("td", { class: "value" }, valueNode(row)),
            make("td", { class: "type" }, link("type=" + row.type, arrayName(types[row.type].name, row.count || 1)))));
        const head = ["place", "value", "type"].map((title) => make("th", {}, title));
        return make("table", {}, make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, ...body));
    }

    function pager(hash, page, more) {
        const bar = make("div", { class: "pages" });
        if (page === 0 && !more)
            return bar;
        if (page > 0)
            bar.append(make("a", { href: "#" + hash + "&page=" + (page - 1), id: "previous-page" }, "\u2190 previous"));
        bar.append("page " + (page + 1));
        if (more)
            bar.append(make("a", { href: "#" + hash + "&page=" + (page + 1), id: "next-page" }, "next \u2192"));
        return bar;
    }

    /* One page of what an iterator yields, and whether there is more. */
    function takePage(iterator, page) {
        const list = [];
        let index = 0, more = false;
        for (const item of iterator) {
            if (index >= (page + 1) * ROWS) {
                more = true;
                break;
            }
            if (index++ >= page * ROWS)
                list.push(item);
        }
        return { list, more };
    }

    /* ---- Views ---- */

    function showHome(main) {
        main.append(make("h1", {}, data.program.name),
            make("p", { class: "faint" }, blockCount + " blocks, " + (types.length - 1) + " types, " +
                data.frames.length + " frames, " + data.variables.length + " variables"));
        if (omittedCount > 0)
            main.append(make("p", { class: "note" }, omittedCount + " blocks are left out of this page (--limit); " +
                "pointers to them are shown, their values are not."));
        main.append(make("h2", {}, "Frames, innermost first"));
        if (data.frames.length === 0)
            main.append(make("p", { class: "faint" }, "None: the program keeps its state in registered variables."));
        for (const frame of data.frames) {
            const live = frame.live ? findBlock(Number(frame.live.block)) : null;
            main.append(make("h2", {}, frame.shown + "()  ", make("span", { class: "count" }, "point " + frame.point +
                (frame.label === "" ? "" : ", " + frame.label))));
            const list = live === null ? [] : takePage(blockRows(live), 0).list;
            frame.locals.forEach((place, i) => {
                const local = data.program.functions[frame.function].locals[i];
                const block = place ? findBlock(Number(place.block)) : null;
                if (block !== null)
                    list.push(...variableRows(local.name, block));
            });
            main.append(list.length > 0 ? rowTable(list, -1) : make("p", { class: "faint" }, "nothing is live"));
        }
        main.append(make("h2", {}, "Global variables and roots"));
        const list = [];
        for (const variable of data.variables) {
            const block = variable.place && variable.place.block ? findBlock(Number(variable.place.block)) : null;
            if (block !== null)
                list.push(...variableRows(variable.name, block));
        }
        main.append(list.length > 0 ? rowTable(list, -1) : make("p", { class: "faint" }, "none"));
    }

    /* A variable of one scalar as its value, a larger one as a link to its block. */
    function variableRows(name, block) {
        const first = takePage(blockRows(block), 0);
        if (first.list.length === 1 && !first.more)
            return [{ ...first.list[0], path: name + (first.list[0].path === "" ? "" : "." + first.list[0].path), leaf: 0 }];
        const flexible = (types[block.type].fields || []).some((field) => field.role === "flexible");
        return [{ path: name, leaf: 0, type: block.type, whole: true, count: flexible ? 1 : block.extent.count,
                  value: { block: String(block.number), leaf: "0" } }];
    }

    function showBlock(main, number, leaf, page) {
        const block = findBlock(number);
        if (block === null)
            return main.append(make("p", { class: "note" }, "There is no block " + number + "."));
        const back = pointersTo(number);
        main.append(make("h1", {}, segmentMark(block.extent.segment), blockTitle(block)));
        main.append(make("p", { class: "pages" },
            number > 1 ? make("a", { href: "#block=" + (number - 1), id: "previous-block" }, "\u2190 #" + (number - 1)) : null,
            number < blockCount ? make("a", { href: "#block=" + (number + 1), id: "next-block" }, "#" + (number + 1) + " \u2192") : null,
            link("type=" + block.type, "all " + types[block.type].name)));
        if (block.value === undefined) {
            main.append(make("p", { class: "note" }, "The values of this block are left out of this page (--limit)."));
        } else {
            if (page === null)
                page = leaf > 0 ? pageOfLeaf(block, leaf) : 0;
            const { list, more } = takePage(blockRows(block), page);
            main.append(rowTable(list, leaf), pager("block=" + number, page, more));
        }
        main.append(make("h2", {}, "Pointed to by  ", make("span", { class: "count" }, String(back.length))));
        if (names.has(number))
            main.append(make("p", { class: "faint" }, "It is the variable " + names.get(number) + "."));
        const list = make("ul");
        for (const { from, row } of back.slice(0, MOST_RESULTS))
            list.append(make("li", {}, blockLink(from, row.leaf), " ", make("code", {}, row.path),
                Number(row.value.leaf) === 0 ? null
                    : " \u2192 " + placeName(block, Number(row.value.leaf), types[row.type].element || 0)));
        if (back.length > MOST_RESULTS)
            list.append(make("li", { class: "faint" }, "and " + (back.length - MOST_RESULTS) + " more"));
        main.append(back.length > 0 ? list : make("p", { class: "faint" }, "no pointer on this page"));
    }

    function pageOfLeaf(block, leaf) {
        let index = 0;
        for (const row of blockRows(block)) {
            if (row.leaf >= leaf)
                break;
            index++;
        }
        return Math.floor(index / ROWS);
    }

    function* blocksOfType(type) {
        for (const extent of extents)
            for (let i = 0; extent.type === type && i < extent.total; i++)
                yield findBlock(extent.first + i);
    }

    function showType(main, type, page) {
        if (types[type] === undefined)
            return main.append(make("p", { class: "note" }, "There is no type " + type + "."));
        const { list, more } = takePage(blocksOfType(type), page);
        const total = extents.reduce((sum, extent) => sum + (extent.type === type ? extent.total : 0), 0);
        main.append(make("h1", {}, types[type].name), make("pre", {}, declaration(type)),
            make("h2", {}, "Blocks  ", make("span", { class: "count" }, String(total))));
        const rowsOfBlocks = make("ul");
        for (const block of list)
            rowsOfBlocks.append(make("li", {}, segmentMark(block.extent.segment), blockLink(block.number), " ",
                make("span", { class: "faint" }, summary(block))));
        main.append(list.length > 0 ? rowsOfBlocks : make("p", { class: "faint" }, "none of its own"),
            pager("type=" + type, page, more));
    }

    /* The first values of a block on one line. */
    function summary(block) {
        const parts = [];
        for (const row of blockRows(block)) {
            if (parts.length === 4)
                return parts.join(", ") + ", \u2026";
            parts.push((row.path === "" ? "" : row.path + " = ") +
                (row.value !== null && typeof row.value === "object" && row.value.block ? "\u2192 #" + row.value.block
                    : scalarText(row)));
        }
        return parts.join(", ");
    }

    function showSearch(main, text, where) {
        const wanted = text.toLowerCase(), found = [];
        const add = (node) => found.push(make("li", {}, node));
        const has = (name) => name.toLowerCase().includes(wanted);
        main.append(make("h1", {}, "Search: " + text));
        if (wanted === "")
            return;
        if (where === "all" || where === "name") {
            if (/^#?[0-9]+$/.test(wanted) && findBlock(Number(wanted.replace("#", ""))) !== null)
                add(make("span", {}, "block ", blockLink(Number(wanted.replace("#", "")))));
            for (const [number, name] of names)
                if (has(name))
                    add(make("span", {}, "variable ", blockLink(number)));
            for (const frame of data.frames)
                if (has(frame.name) && !frame.live)
                    add(make("span", {}, "frame ", link("home", frame.shown)));
        }
        if (where === "all" || where === "type")
            types.forEach((entry, type) => {
                if (type > 0 && (has(entry.name) || (entry.fields || []).some((field) => has(field.name))))
                    add(make("span", {}, "type ", link("type=" + type, entry.name)));
            });
        if (where === "all" || where === "value")
            searchValues(wanted, add, found);
        const list = make("ul", { id: "results" }, ...found.slice(0, MOST_RESULTS));
        main.append(make("p", { class: "faint" }, found.length === 0 ? "Nothing was found."
            : found.length >= MOST_RESULTS ? "The first " + MOST_RESULTS + " places:" : found.length + " found"), list);
    }

    /* Numbers and names equal to what is wanted, texts that contain it. */
    function searchValues(wanted, add, found) {
        for (const extent of extents)
            for (let i = 0; i < extent.blocks.length; i++) {
                const block = findBlock(extent.first + i);
                for (const row of blockRows(block)) {
                    if (row.value === null || (typeof row.value === "object" && row.value.function === undefined))
                        continue;
                    const value = typeof row.value === "string" && row.text !== undefined ? row.value : scalarText(row);
                    const hit = row.text !== undefined ? value.toLowerCase().includes(wanted)
                        : value.toLowerCase() === wanted || String(row.value) === wanted ||
                          (isNaN(wanted) && value.toLowerCase().includes(wanted));
                    if (hit)
                        add(make("span", {}, blockLink(block.number, row.leaf), " ", make("code", {}, row.path), " = ",
                            scalarText(row)));
                    if (found.length >= MOST_RESULTS)
                        return;
                }
            }
    }

    /* ---- Side ---- */

    function fillSide() {
        const side = document.getElementById("side");
        const section = (title, items) => {
            if (items.length > 0)
                side.append(make("h2", {}, title), make("ul", {}, ...items.slice(0, 500),
                    items.length > 500 ? make("li", { class: "faint" }, "and " + (items.length - 500) + " more") : null));
        };
        section("Frames", data.frames.map((frame) => make("li", {}, frame.live
            ? link("block=" + frame.live.block, frame.shown) : link("home", frame.shown),
            make("span", { class: "count" }, " " + frame.label))));
        section("Variables", data.variables.filter((variable) => variable.place && variable.place.block).map((variable) =>
            make("li", {}, link("block=" + variable.place.block, variable.name))));
        const counts = new Map();
        for (const extent of extents)
            counts.set(extent.type, (counts.get(extent.type) || 0) + extent.total);
        section("Types", [...counts].sort((a, b) => b[1] - a[1]).map(([type, count]) => make("li", {},
            link("type=" + type, types[type].name), make("span", { class: "count" }, " " + count))));
        section("From", data.notes.map((note) => make("li", { class: "faint" }, note.key + ": " + note.value)));
    }

    /* ---- Going about ---- */

    function show() {
        const wish = new URLSearchParams(location.hash.slice(1));
        const main = document.getElementById("main");
        const number = (key, otherwise) => /^[0-9]+$/.test(wish.get(key) || "") ? Number(wish.get(key)) : otherwise;
        main.replaceChildren();
        if (wish.has("block"))
            showBlock(main, number("block", 0), number("leaf", -1), number("page", null));
        else if (wish.has("type"))
            showType(main, number("type", -1), number("page", 0));
        else if (wish.has("search"))
            showSearch(main, wish.get("search"), wish.get("where") || "all");
        else
            showHome(main);
        const here = main.querySelector("tr.here");
        scrollTo(0, 0);
        here?.scrollIntoView({ block: "center" });
    }

    function goTo(id) {
        location.hash = document.getElementById(id)?.getAttribute("href") ?? location.hash;
    }

    /* The next or previous link of the page. */
    function moveFocus(step) {
        const links = [...document.querySelectorAll("#main a")];
        const at = links.indexOf(document.activeElement);
        const next = links[at < 0 ? (step > 0 ? 0 : links.length - 1) : at + step];
        if (next !== undefined)
            next.focus();
    }

    const KEYS = { j: ["next link", () => moveFocus(1)], k: ["previous link", () => moveFocus(-1)],
                   n: ["next block", () => goTo("next-block")], p: ["previous block", () => goTo("previous-block")],
                   "]": ["next page", () => goTo("next-page")], "[": ["previous page", () => goTo("previous-page")],
                   b: ["back", () => history.back()], h: ["home", () => { location.hash = "#home"; }],
                   "/": ["search", () => document.getElementById("query").focus()],
                   "?": ["these keys", () => toggleKeys()] };

    function toggleKeys() {
        const keys = document.getElementById("keys"), button = document.getElementById("keys-button");
        keys.hidden = !keys.hidden;
        button.setAttribute("aria-expanded", String(!keys.hidden));
    }

    for (const [key, [what]] of Object.entries(KEYS))
        document.getElementById("keys").append(make("kbd", {}, key), " " + what + "   ");
    document.getElementById("keys").append(make("kbd", {}, "Enter"), " follow the link");
    document.getElementById("keys-button").addEventListener("click", toggleKeys);
    document.addEventListener("keydown", (event) => {
        const typing = ["INPUT", "SELECT", "TEXTAREA"].includes(event.target.tagName);
        if (event.key === "Escape" && typing)
            event.target.blur();
        if (typing || event.ctrlKey || event.metaKey || event.altKey || KEYS[event.key] === undefined)
            return;
        event.preventDefault();
        KEYS[event.key][1]();
    });
    document.getElementById("search").addEventListener("submit", (event) => {
        event.preventDefault();
        location.hash = "#" + new URLSearchParams({ search: document.getElementById("query").value,
                                                    where: document.getElementById("where").value });
    });
    addEventListener("hashchange", show);
    fillSide();
    show();
})();
