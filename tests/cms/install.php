<?php
// Makes a WordPress of an empty database: one administrator, and a post for each article on standard input
// (JSON Lines). Usage: php install.php WORDPRESS < articles.jsonl
define( 'WP_INSTALLING', true );
require $argv[1] . '/wp-load.php';
require ABSPATH . 'wp-admin/includes/upgrade.php';

add_filter( 'pre_wp_mail', '__return_false' );
wp_install( 'The Selvan Courier', 'ines', 'ines@courier.example', true, '', 'the tests own password' );
wp_delete_post( 1, true );
update_option( 'default_pingback_flag', 0 );
update_option( 'show_avatars', 0 ); // These lie on the servers of others.
activate_plugin( 'backfile-blocks.php' );
switch_theme( 'twentytwentythree' );
update_option( 'permalink_structure', '/%category%/%year%/%monthnum%/%postname%/' );
$wp_rewrite->init();
flush_rewrite_rules( false );

$statuses = array( 'published' => 'publish', 'draft' => 'draft', 'private' => 'private', 'withdrawn' => 'trash' );
wp_defer_term_counting( true );
$wpdb->query( 'START TRANSACTION' );
while ( $line = fgets( STDIN ) ) {
	$article = json_decode( $line, true, 32, JSON_THROW_ON_ERROR );
	$section = wp_create_term( $article['section'] ?? 'News', 'category' );
	$date    = str_replace( array( 'T', 'Z' ), array( ' ', '' ), substr( $article['published'], 0, 19 ) );
	$body    = array_map(
		fn( $text ) => "<!-- wp:paragraph -->\n<p>" . esc_html( $text ) . "</p>\n<!-- /wp:paragraph -->",
		$article['body']
	);
	wp_insert_post(
		wp_slash(
			array(
				'post_title'    => $article['title'],
				'post_name'     => substr( $article['id'], 11 ),
				'post_excerpt'  => $article['summary'] ?? '',
				'post_content'  => implode( "\n", $body ),
				'post_date'     => $date,
				'post_date_gmt' => $date,
				'post_status'   => empty( $article['embargo_until'] ) ? $statuses[ $article['status'] ?? 'published' ] : 'draft',
				'post_author'   => 1,
				'post_category' => array( $section['term_id'] ),
				'tags_input'    => $article['tags'] ?? array(),
			)
		)
	);
}
$wpdb->query( 'COMMIT' );
wp_defer_term_counting( false );
