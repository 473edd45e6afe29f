export * from "./1470.js";
