export * from "./50.js";
