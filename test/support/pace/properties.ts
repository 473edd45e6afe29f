import fc from "fast-check";
import { countOf } from "./pace.ts";

// What a property that says nothing about it is checked with.
fc.configureGlobal({ numRuns: countOf("cases") });
