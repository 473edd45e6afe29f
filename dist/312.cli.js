export * from "./312.js";
