export * from "./6119.js";
