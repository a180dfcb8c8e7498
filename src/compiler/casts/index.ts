/** The door of this room. A parameter that PostgreSQL reads as more than one type, and the cast that decides between them. */
export { askWithCasts, type Answer } from './ask.js';
