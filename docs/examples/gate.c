/* May this app's model be installed here?  An installer in C: gate MODEL [MIN-TOKENS-PER-SECOND]
 *
 *   cc gate.c $(pkg-config --cflags --libs weighin) -o gate
 *
 * Ends with weighin's own exit code: 0 yes, 1 no, 2 could not decide, 64 and above failures. */
#include <stdio.h>
#include <string.h>
#include <weighin.h>

/* A JSON text of a word of the command line; 0 where it does not fit. */
static int quote(const char* word, char* into, size_t size) {
  size_t at = 0;
  if (size < 3) return 0;
  into[at++] = '"';
  for (; *word != '\0'; ++word) {
    if ((unsigned char)*word < 0x20 || at + 4 > size) return 0;
    if (*word == '"' || *word == '\\') into[at++] = '\\';
    into[at++] = *word;
  }
  into[at++] = '"';
  into[at] = '\0';
  return 1;
}

int main(int argc, char** argv) {
  char model[512], question[1024];
  weighin_context* context = NULL;
  char* answer = NULL;
  int code;
  if (argc < 2 || !quote(argv[1], model, sizeof model)) {
    fprintf(stderr, "usage: gate MODEL [MIN-TOKENS-PER-SECOND]\n");
    return 64;
  }
  if (weighin_abi_version() < WEIGHIN_ABI_VERSION) {
    fprintf(stderr, "gate: the installed library is older than this program\n");
    return 70;
  }
  code = weighin_open(NULL, &context, &answer);
  if (code == 0) {
    if (argc > 2) {
      snprintf(question, sizeof question, "{\"model\": %s, \"min_decode\": %.20s, \"budget_ms\": 2000}", model,
               argv[2]);
    } else {
      snprintf(question, sizeof question, "{\"model\": %s}", model);
    }
    code = weighin_gate(context, question, &answer);
  }
  if (answer != NULL) fputs(answer, code < 64 ? stdout : stderr);
  weighin_free(answer);
  weighin_close(context);
  return code;
}
