export * from "./980.js";
