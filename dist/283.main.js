export * from "./283.js";
