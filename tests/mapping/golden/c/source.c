#include <stdio.h>
#include "repo/clone.h"

#define LIMIT 10
#define EACH(list, do_it) do { do_it(list); } \
  while (0)

typedef struct repo {
    char *url;          /* where it came from */
    int rows[LIMIT], count;
    struct clone clone;
    int (*open)(struct repo *self);
} repo_t;
typedef struct { int z; } anonymous;
typedef struct same { int q; } same;
typedef int (*callback)(repo_t *);
enum state { QUEUED, RUNNING };
enum { FLAG_A = 1 };
union value { int number; };

extern int elsewhere;
static const char *names[] = { "a" }, separator = '/';
int clone_repo(repo_t *repo, const char *url);

static int *
find_row(repo_t *repo)
{
    int local = LIMIT;
    repo->open(repo);
    qsort(repo->rows, local, compare_rows);
    return lookup(repo->clone.path, RUNNING);
}

int (*current)(int) = find_row;
struct command table[] = {
    {"get", getCommand, EACH},
};
#ifdef DEBUG
int debug_level;
#endif

#pragma once
#ifndef GRAPH_H
#define GRAPH_H
#define GRAPH_VERSION "1.0"
#define MAX(a, b) ((a) > (b) ? (a) : (b))

typedef unsigned long long u64;
typedef enum { LEFT, RIGHT = 4, BOTH = LEFT | RIGHT } side_t;
typedef struct node node_t;

struct node {
    node_t *next, **back;
    union {
        u64 number;
        char text[8];
    } value;
    struct {
        int x, y;
    } at;
    unsigned flags : 3;
    side_t side;
    void (*visit)(node_t *self, void *context);
};

union payload {
    double real;
    node_t node;
};

extern const char *const graph_names[];
extern void graph_free(node_t *node);
#endif

static const struct handler {
    const char *name;
    int (*run)(int argc, char **argv);
} handlers[] = {
    { .name = "add", .run = run_add },
    { "del", run_del },
};

volatile int counter = 0;
static inline int clamp(int value, int most) { return MAX(0, value < most ? value : most); }
_Thread_local int per_thread;
char buffer[MAX(LIMIT, 16)], *cursor = buffer;

/* Gives a function back. */
int (*choose(int which))(int, char **)
{
    switch (which) {
    case LEFT:
        return handlers[0].run;
    default:
        return NULL;
    }
}

__attribute__((constructor))
static void setup(void)
{
    node_t root = { .next = NULL, .at = { 1, 2 } };
    graph_free(&root);
    for (size_t i = 0; i < sizeof(handlers) / sizeof(*handlers); i++)
        counter += handlers[i].run(0, NULL);
}

#ifdef _WIN32
int platform(void) { return 1; }
#else
int platform(void) { return 2; }
#endif

node_t *
graph_add(node_t *parent,
          u64 number, /* what it holds */
          ...)
{
    node_t *child = malloc(sizeof *child);
    if (!child)
        goto failed;
    child->value.number = number;
    parent->next = child;
    return child;
failed:
    return NULL;
}

int old_style(a, b)
    int a;
    char *b;
{
    return a + *b;
}

typedef struct codec {
    void *(*open)(const char *path);
    char *names[8], **rows;
} codec;

STORE_API int (*store_hook)(repo_t *repo);
STORE_API static repo_t *store_open(const char *path) {
#define DEPTH 8
    return 0;
}

#if defined(A)
int first_choice = 1;
#elif defined(B)
int second_choice = 2;
#endif
