/* name: Find :many
*/
SELECT 1;
