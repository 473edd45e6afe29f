// The package has no types for its parts.
declare module "undici/lib/*";
