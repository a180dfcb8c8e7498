/** The door of this room. What follows for parameters: names, defaults, choices. */
export { analyzeParameters, type ParameterAnalysis } from './analysis.js';
