export * from "./411.js";
