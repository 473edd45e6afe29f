export * from "./7404.js";
