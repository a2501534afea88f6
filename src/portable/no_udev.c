/* What does hwloc find in place of udev, of which Debian ships no static library?  Nothing: it goes
 * on without.
 *
 * hwloc asks udev for the names of disks and network cards, none of which is asked of hwloc here.
 * udev_new() giving NULL is what it sees where udev does not run. */
#include <stddef.h>

struct udev;
struct udev_device;

struct udev* udev_new(void);
struct udev* udev_unref(struct udev* udev);
struct udev_device* udev_device_new_from_subsystem_sysname(struct udev* udev, const char* subsystem,
                                                           const char* name);
const char* udev_device_get_property_value(struct udev_device* device, const char* key);
struct udev_device* udev_device_unref(struct udev_device* device);

struct udev* udev_new(void) {
  return NULL;
}
struct udev* udev_unref(struct udev* udev) {
  (void)udev;
  return NULL;
}
struct udev_device* udev_device_new_from_subsystem_sysname(struct udev* udev, const char* subsystem,
                                                           const char* name) {
  (void)udev, (void)subsystem, (void)name;
  return NULL;
}
const char* udev_device_get_property_value(struct udev_device* device, const char* key) {
  (void)device, (void)key;
  return NULL;
}
struct udev_device* udev_device_unref(struct udev_device* device) {
  (void)device;
  return NULL;
}
