/* SPDX-License-Identifier: MIT */
/* The parts of the page that `msrck graph --html` writes; made from explorer.html, .css and .js by the build. */
#ifndef MSRCK_CLI_EXPLORER_H
#define MSRCK_CLI_EXPLORER_H

/* Text, ended by a zero byte. */
extern const char explorer_html[], explorer_css[], explorer_js[];

#endif
