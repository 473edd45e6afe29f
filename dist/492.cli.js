export * from "./492.js";
