<?php
/**
 * Writes the posts of a WordPress as JSON Lines, for `backfile import`.
 *
 * Usage: php export-posts.php FOLDER_OF_WORDPRESS [SINCE] > posts.jsonl
 * or:    wp eval-file export-posts.php [SINCE] > posts.jsonl
 *
 * SINCE, such as 2026-11-01, leaves out what has not been changed since that day (UTC). The ids are
 * wp- and the number of the post, and the addresses are its permalinks. Of a post that readers do not
 * see, only its headline is written, so that it leaves the archive if it was there.
 *
 * @package backfile-blocks
 */

if ( 'cli' !== PHP_SAPI ) {
	exit;
}
if ( defined( 'ABSPATH' ) ) {
	$since = $args[0] ?? '';
} else {
	$since = $argv[2] ?? '';
	$start = ( $argv[1] ?? '.' ) . '/wp-load.php';
	if ( ! is_file( $start ) ) {
		fwrite( STDERR, "$start is not there: name the folder that WordPress lies in.\n" );
		exit( 2 );
	}
	require $start;
}
$since = '' === $since ? '1000-01-01' : gmdate( 'Y-m-d H:i:s', strtotime( $since . ' UTC' ) );

global $wpdb;
$last = 0;
do {
	$ids = $wpdb->get_col(
		$wpdb->prepare(
			"SELECT ID FROM $wpdb->posts WHERE ID > %d AND post_type = 'post' AND post_status <> 'auto-draft'
			 AND post_modified_gmt >= %s ORDER BY ID LIMIT 200",
			$last,
			$since
		)
	);
	_prime_post_caches( $ids );
	foreach ( $ids as $last ) {
		$post    = get_post( $last );
		$visible = 'publish' === $post->post_status && '' === $post->post_password;
		$article = array(
			'id'     => 'wp-' . $post->ID,
			'title'  => '' === $post->post_title ? 'wp-' . $post->ID : $post->post_title,
			'status' => $visible ? 'published' : 'withdrawn',
		);
		if ( $visible ) {
			$text     = strip_shortcodes( $post->post_content );
			$names    = array( 'fields' => 'names' );
			$article += array(
				'url'       => get_permalink( $post ),
				'summary'   => $post->post_excerpt,
				'body'      => has_blocks( $post ) ? $text : wpautop( $text ),
				'section'   => wp_get_post_categories( $post->ID, $names )[0] ?? '',
				'tags'      => wp_get_post_tags( $post->ID, $names ),
				'authors'   => array( get_the_author_meta( 'display_name', $post->post_author ) ),
				'caption'   => get_the_post_thumbnail_caption( $post ),
				'published' => get_post_datetime( $post )->format( 'c' ),
				'updated'   => get_post_datetime( $post, 'modified' )->format( 'c' ),
			);
		}
		echo wp_json_encode( $article, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE ), "\n";
	}
	wp_cache_flush();
} while ( $ids );
