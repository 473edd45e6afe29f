export * from "./3015.js";
