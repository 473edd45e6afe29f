export * from "./4959.js";
