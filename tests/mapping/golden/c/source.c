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
