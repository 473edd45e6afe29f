export * from "./3340.js";
