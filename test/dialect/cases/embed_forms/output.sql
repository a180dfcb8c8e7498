-- name: Find :many
SELECT "Weird T".*, Users.*, "two words".*, U.*, public.users.*, users.* FROM users;
