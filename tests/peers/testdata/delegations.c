/* Makes nfs-ganesha 4.3 grant delegations over file systems that have no leases (FSAL VFS, MEM): preloaded, it says yes
 * wherever Ganesha asks such a file system about them. Whatever goes over the wire then, the recall of a delegation above
 * all, is Ganesha's own doing.
 *
 * Ganesha keeps a file system's functions in tables of pointers. What stands where is that version's affair and no other's;
 * the test looks at the version first. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdbool.h>

enum {
  LEASE = 49,                              /* in the table of an object's functions: lease_op2 */
  SUPPORTS = 11,                           /* in the table of an export's functions: fs_supports */
  TABLE = 32,                              /* bytes before that table in an export */
  READ_DELEGATIONS = 13, WRITE_DELEGATIONS /* what fs_supports is asked about */
};

typedef void (*function)(void);
struct status { int major, minor; };

static void *next(const char *name) { return dlsym(RTLD_NEXT, name); }

/* A lease is always to be had. */
static struct status lease(void *object, void *state, void *owner, int kind) {
  struct status fine = {0, 0};
  (void)object, (void)state, (void)owner, (void)kind;
  return fine;
}

void fsal_default_obj_ops_init(function *table) {
  ((void (*)(function *))next("fsal_default_obj_ops_init"))(table);
  table[LEASE] = (function)lease;
}

static bool (*asked)(void *export, int what);

static bool supports(void *export, int what) {
  return what == READ_DELEGATIONS || what == WRITE_DELEGATIONS || asked(export, what);
}

void fsal_export_init(char *export) {
  function *table = (function *)(export + TABLE);
  ((void (*)(char *))next("fsal_export_init"))(export);
  asked = (bool (*)(void *, int))table[SUPPORTS];
  table[SUPPORTS] = (function)supports;
}

/* Ganesha loads its file systems with RTLD_DEEPBIND, past whatever was preloaded. */
void *dlopen(const char *name, int flags) {
  return ((void *(*)(const char *, int))next("dlopen"))(name, flags & ~RTLD_DEEPBIND);
}
