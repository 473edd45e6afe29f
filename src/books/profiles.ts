import { plainKey } from "../values/names.ts";

/** How many of a profile's last costs are kept and learned from. */
export const PROFILE_COSTS = 20;

/** How many profiles are kept, those that learned last. */
export const MAX_PROFILES = 50;

/** The key under which costs are learned and looked up: the profile, and the model where one is given. */
export function profileKey(profile: string, model: string | undefined): string {
  return model === undefined ? plainKey(profile) : `${plainKey(profile)}@${plainKey(model)}`;
}
