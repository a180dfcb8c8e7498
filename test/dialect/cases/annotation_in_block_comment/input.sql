/* name: Find :many */
SELECT @a;
