export * from "./3104.js";
