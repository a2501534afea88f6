/* What if a driver dereferences null when it is loaded? */
__attribute__((constructor)) static void start(void) {
  volatile int* volatile nothing = 0;
  *nothing = 1;
}
