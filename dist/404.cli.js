export * from "./404.js";
