/* One of everything, for walk.c: handles of all types, and arguments that are as they should be. */

#ifndef WORLD_H
#define WORLD_H

#include "check.h"

struct piece {
    const void *data;
    size_t len;
};

/* What a function takes as a parameter; any function, where none is named. */
struct known {
    const char *function, *parameter;
    struct piece piece;
};

struct world {
    struct person alice, bob;
    AllodStore *file;
    AllodToken *delegation, *invocation;
    AllodUnsigned *unsigned_;
    AllodContainer *container;
    AllodEvidence *evidence;
    AllodAuthorizer *authorizer;
    AllodDecision *decision;
    AllodExecutor *executor;
    AllodExecution *execution;
    AllodBytes *bytes;
    AllodError *error;
    /* Of a handler that has returned. */
    AllodReply *reply;
    AllodBytes *delegation_bytes, *invocation_bytes, *der, *seed, *public_key;
    const char *cid, *task, *sent, *jwk, *pem, *closed_path, *asked, *named;
    struct known known[40];
    size_t known_count;
    uint8_t signature[64], unsigned_signature[64];
};

void world_new(struct world *world);
void world_free(struct world *world);

/* What a function takes as an argument of bytes or text. */
struct piece piece_for(const struct world *world, const char *function, const char *parameter, bool is_text);

#endif
