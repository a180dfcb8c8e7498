/** The door of this room. A parameter that PostgreSQL reads as more than one type, and the cast that decides between them. */
export { type Accepted, type Answer, askWithCasts } from './ask.js';
