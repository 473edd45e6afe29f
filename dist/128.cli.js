export * from "./128.js";
