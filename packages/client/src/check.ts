import { HoldfastError } from "@holdfast/core";

/** A mistake of the caller, found before anything was sent. */
export function invalid(message: string): HoldfastError {
  return new HoldfastError("invalid-argument", message);
}
