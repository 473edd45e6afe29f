export * from "./3296.js";
