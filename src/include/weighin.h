/* What may a program ask of weighin in C, and what does it get back?
 *
 * All questions and answers are JSON texts in UTF-8, ended by a zero byte. A question is an object whose
 * keys are the options of the program with "_" for "-" ("min_decode": 8, "context": 8192, "no_gpu": true;
 * `weighin COMMAND --help` lists them); an answer is the document that the program prints with --json, by
 * the schemas of `weighin schema NAME`. A key that is not known is an error that names what was meant.
 *
 * Every question returns the program's exit code and sets *answer:
 *
 *   0  done, or yes          1  no          2  it could not be decided      *answer: the document
 *   64 wrong use, 65 bad data, 66 input missing, 70 our fault, 74 not written   *answer: weighin/error/1
 *   130 cancelled (weighin_cancel())                                            *answer: weighin/error/1
 *
 * *answer is never left unset. It belongs to the caller, who ends it with weighin_free(). It is NULL only
 * where not even an error document could be made for want of memory (70), or `answer` itself was NULL (64).
 *
 * Nothing here prints, exits, throws, installs a signal handler or changes the environment, the locale or
 * the working directory. No call needs the network unless the context allows it, and none writes a file
 * but in the cache folder. Every call ends by itself: drivers within "driver_timeout" seconds,
 * measurements within "bench_seconds" and what GPUs add (weighin_bench()), a gate within "budget_ms".
 *
 * Threads: all functions may be called from any thread at any time; one context may be used by several
 * threads at once. Only weighin_close() must come after every other call on its context. Measurements
 * start threads of their own and end them; two at once disturb each other's figures.
 *
 * Child processes: a GPU driver is never loaded into this process. The program `weighin` is run as a child
 * for that, to ask drivers and to measure GPUs; where it is not found, GPUs are "skipped" with the reason. Child processes are waited for by
 * their number; a handler of SIGCHLD that reaps all children makes drivers' answers "error".
 *
 * What may change: functions, keys of questions and keys of answers may be added; the number that
 * weighin_abi_version() gives rises with each addition. A function that is here stays, with its meaning;
 * the number in the name of the library (libweighin.so.1) would change with it.
 */
#ifndef WEIGHIN_H
#define WEIGHIN_H

#if defined(__GNUC__)
#define WEIGHIN_API __attribute__((visibility("default")))
#else
#define WEIGHIN_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* The version of this header. */
#define WEIGHIN_ABI_VERSION 3

/* The longest question, in bytes. */
#define WEIGHIN_MOST_QUESTION_BYTES (16u << 20)

/* Where models, options and the place of the program are kept between questions. Opaque. */
typedef struct weighin_context weighin_context;

/* The version of the library: at least WEIGHIN_ABI_VERSION of the header that a program was built with. */
WEIGHIN_API unsigned weighin_abi_version(void);

/* "0.1.0". Lives as long as the library; not to be freed. */
WEIGHIN_API const char* weighin_version(void);

/* Opens a context: reads the catalogue of models. `options` may be NULL, or a JSON object with
 *   "catalogue"  file, or list of files, laid over the catalogue that came with the library
 *   "base"       file in place of the catalogue that came with the library
 *   "cache"      folder where measurements are kept; false: nothing is kept; left out: the folder that the
 *                program uses ($XDG_CACHE_HOME/weighin or ~/.cache/weighin)
 *   "network"    true: a model may be named by a URL (default: false)
 *   "program"    path of the program `weighin`, for asking and measuring GPUs; false: none; left out: beside the
 *                library, or in bin/ of the place where it is installed
 * Returns 0 and sets *context; else it sets *context to NULL and, where `error` is not NULL, *error to a
 * document weighin/error/1, to be freed with weighin_free(). On success *error is set to NULL. */
WEIGHIN_API int weighin_open(const char* options, weighin_context** context, char** error);

/* Ends the questions that other threads are asking of this context now: each of them returns 130 soon, within about a
 * third of a second of one that measures or waits for drivers (half a second more where a driver does not end when
 * it is asked to); what is arithmetic alone, or a model's URL being read, runs to its end first. What was
 * measured by then is thrown away, and nothing of it is kept. Questions that come later are not touched, and
 * a call that was about to return may return its answer. Waits for nothing. Since version 3 of the ABI. Not to be called from a signal
 * handler. NULL is allowed. */
WEIGHIN_API void weighin_cancel(weighin_context* context);

/* Closes a context. NULL is allowed. */
WEIGHIN_API void weighin_close(weighin_context* context);

/* What is this machine?  weighin/device/1. Keys: no_gpu, gpu, models_dir, driver_timeout. */
WEIGHIN_API int weighin_probe(weighin_context* context, const char* question, char** answer);

/* What does a model take?  weighin/estimate/1. Keys: model (needed), and the options of `weighin estimate`.
 * Code 1: a hosted model, or nothing fits in the memory that was asked for. */
WEIGHIN_API int weighin_estimate(weighin_context* context, const char* question, char** answer);

/* Which models fit, and how fast do they run?  weighin/report/1. Keys: model (one or a list; left out: all), the
 * options of `weighin check`; device and measured: documents weighin/device/1 and weighin/bench/1 as objects, in
 * place of this machine and of a measurement. */
WEIGHIN_API int weighin_check(weighin_context* context, const char* question, char** answer);

/* May an app be installed here?  weighin/gate/1. Keys: one of policy (a weighin/policy/1 object), policy_file,
 * preset, model; the options of `weighin gate`; device and measured: documents weighin/device/1 and weighin/bench/1
 * as objects, in place of this machine and of a measurement. The answer has the bytes that `weighin gate --json`
 * prints, but for elapsed_seconds; where it names the source of a fact, these documents are called "device" and
 * "measured". */
WEIGHIN_API int weighin_gate(weighin_context* context, const char* question, char** answer);

/* How fast is this machine at a language model's work?  weighin/bench/1. Keys: bench_seconds, fresh; since version 2
 * no_gpu, gpu, driver_timeout, models_dir and include_software. Takes that time, a thread for each usable core and up
 * to 300 MiB; on top of it half of that time for all GPUs together and up to 1.5 s for each. GPUs are measured in the
 * child process that asks their drivers: where the program is not found, a warning in the document says that none
 * was. Code 2: nothing could be measured. */
WEIGHIN_API int weighin_bench(weighin_context* context, const char* question, char** answer);

/* Which models are known?  weighin/catalogue/1. Keys: model (one or a list; left out: all). */
WEIGHIN_API int weighin_models(weighin_context* context, const char* question, char** answer);

/* The JSON Schema of that name: "gate", "policy", "device" … NULL is an error as any name that is not known. */
WEIGHIN_API int weighin_schema(const char* name, char** answer);

/* Frees an answer. NULL is allowed. */
WEIGHIN_API void weighin_free(char* answer);

#ifdef __cplusplus
}
#endif

#endif
