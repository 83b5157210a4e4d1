/* SPDX-License-Identifier: ISC */
/* What every suite of tests is: one program, one suite, named as its file. */
#ifndef SUITE_H
#define SUITE_H

#include <check.h>

/** The file's suite; support/main.c runs it and speaks TAP. */
Suite *test_suite(void);

#endif
