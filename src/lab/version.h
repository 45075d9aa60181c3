/* The two versions that a run's identity contains.
 * The one thing to know: raise NUMERICS whenever the same specification would give other bytes, SCHEMA when columns or files change. */
#ifndef LAB_VERSION_H
#define LAB_VERSION_H

enum { MANIFEST_SCHEMA = 1, MANIFEST_NUMERICS = 1 };

#endif
