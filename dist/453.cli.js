export * from "./453.js";
