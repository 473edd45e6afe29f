export * from "./4319.js";
