import fc from "fast-check";

// The result of a run depends on the commit alone, so every property draws from one seed. Another is a choice:
// HOLDFAST_PROPERTY_SEED=7 npm test.
fc.configureGlobal({ seed: Number(process.env.HOLDFAST_PROPERTY_SEED ?? 1) });
