export * from "./296.js";
