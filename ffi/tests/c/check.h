/* What the tests in C share: checks that say where they failed, and people who have keys. */

#ifndef CHECK_H
#define CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "allod.h"

/* A time to which all of this happens. */
#define NOW INT64_C(1800000000)

/* A text with its length; it is worked out twice. */
#define S(text) (text), strlen(text)

#define CHECK(condition) check((condition), #condition, __FILE__, __LINE__)
/* Fails unless the call did what it was asked. */
#define OK(call) ok((call), #call, __FILE__, __LINE__)
/* Fails unless the call failed with this number. */
#define FAILS(call, number) fails((call), (number), #call, __FILE__, __LINE__)

void check(bool condition, const char *what, const char *file, int line);
void ok(AllodError *error, const char *what, const char *file, int line);
void fails(AllodError *error, uint32_t number, const char *what, const char *file, int line);

/* A text that was put together; it is there for ever, or until texts_free. */
const char *text(const char *format, ...);
/* What bytes say, which are freed: there until texts_free. */
const char *said(AllodBytes *bytes);
void texts_free(void);

/* A path in the folder for tests at which there is nothing. */
const char *new_path(void);
extern const char *folder;
/* Do less, since all of it takes fifty times as long. */
extern bool briefly;

struct person {
    AllodKey *key;
    AllodSigner *signer;
    AllodStore *store;
    AllodAgent *agent;
    const char *did;
};

/* Someone with a key of that algorithm. Without a path, their store is in memory. */
struct person person_new(uint32_t algorithm, const char *path);
void person_free(struct person *person);

/* What a container is, as text. */
const char *written(AllodContainer *container);

void walk(void);
void handles(void);
void signers(void);
void handlers(void);
void threads(void);
void flow(void);

#endif
