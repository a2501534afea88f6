// Where on this device would a model lie?
#pragma once

#include <string>
#include <vector>

#include "weighin/advise.hpp"

namespace weighin {

/// One memory that a model needs, and what there is of it.
struct Room {
  bool gpu = false;
  Range need_bytes;              ///< low, mid, high
  Known<Bytes> available_bytes;  ///< what is free now
  Known<Bytes> capacity_bytes;   ///< what could ever be free
  double share = kHeadroomShare;
  Fit fit() const;                ///< fits | tight | too_big | unknown, by the high end of the need
  double headroom_bytes() const;  ///< available - need; only with a known `available_bytes`
};

/// One way to lay a model on this device.
struct Placement {
  std::string place;  ///< cpu | gpu0 | gpu0+cpu | gpu0+gpu1 | browser
  int gpu = -1;       ///< index in the profile
  Estimate estimate;
  std::vector<Room> rooms;  ///< one, or two for a split (GPU first)
  bool allocation_too_small =
      false;  ///< the largest tensor is larger than the GPU lets a buffer be
  Bytes allocation_limit_bytes = 0;
  std::string why;  ///< it was taken before another place that holds the model as well; empty = there is none
  Fit fit() const;                 ///< the worst of the rooms
  const Room& short_room() const;  ///< the room with the least headroom
};

/// Who does what of a token there, by the places of measurements.
SpeedQuestion question_of(const Placement& placement);

/// A part of an estimate in main memory, or on a GPU.
Room memory_room(const DeviceProfile& profile, const Estimate& estimate, Bytes part);
Room gpu_room(const DeviceProfile& profile, const Gpu& gpu, const Estimate& estimate, Bytes part);

/// True for a GPU that may carry a model: no rasterizer, and some memory known.
bool counts(const Gpu& gpu);
/// What one buffer may be on a GPU: the lesser of what may be allocated at once and what a shader
/// may see of it; 0 where neither is known.
Bytes buffer_limit(const Gpu& gpu);
/// Which repacked copies the CPU of this device makes of the weights (Plan::repack).
std::string repack_of(const Cpu& cpu);

/// The best placement of a model under a plan: one that fits with headroom before one that is tight; of these
/// the fastest by what was measured, and the first by rule where they were not measured. Fails as
/// estimate() fails.
Result<Placement> choose_place(const DeviceProfile& profile, const ModelSpec& model,
                               const AdviseOptions& options, const Plan& plan,
                               const Measurements& measurements = {});

}  // namespace weighin
