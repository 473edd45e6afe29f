export * from "./371.js";
