<?php
/**
 * Plugin Name:       Backfile blocks
 * Description:       Related articles, Editor's choice and Popular beside your posts, from your Backfile archive.
 * Version:           1.0.0
 * Requires at least: 6.1
 * Requires PHP:      7.4
 * License:           BSD-3-Clause (compatible with the GPL of WordPress)
 * License URI:       https://opensource.org/license/bsd-3-clause
 * Text Domain:       backfile-blocks
 *
 * @package backfile-blocks
 */

namespace Backfile\Blocks;

defined( 'ABSPATH' ) || exit;

/** The option that holds the settings; what else is stored begins with the same word. */
const OPTION = 'backfile_blocks';
/** The blocks that there are. */
const BLOCKS = array( 'related', 'editors_choice', 'popular' );
/** What is chosen until somebody chooses. */
const DEFAULTS = array(
	'service'    => '',
	'delivery'   => 'server',
	'blocks'     => BLOCKS,
	'limit'      => 5,
	'automatic'  => true,
	'style'      => true,
	'id_pattern' => '',
);
/** Seconds for which an answer is shown without asking the service again. */
const FRESH = 60;
/** Seconds for which the last good answer is kept for the time that the service is away. */
const KEPT = 86400;
/** Seconds that a page waits for the service. */
const PATIENCE = 2;
/** Seconds for which a service that is away is not asked, so that only few pages wait for it. */
const REST = 15;
/** The longest answer that is read, in bytes. */
const LONGEST = 262144;

/** What may stand in an answer of the service, and nothing else. */
const ALLOWED = array(
	'div'      => array( 'class' => true, 'data-receipt' => true, 'lang' => true, 'dir' => true ),
	'section'  => array( 'class' => true, 'data-block' => true, 'aria-labelledby' => true ),
	'h2'       => array( 'id' => true, 'class' => true, 'dir' => true ),
	'h3'       => array( 'id' => true, 'class' => true, 'dir' => true ),
	'h4'       => array( 'id' => true, 'class' => true, 'dir' => true ),
	'ol'       => array( 'class' => true ),
	'li'       => array( 'class' => true, 'data-position' => true, 'data-reason' => true ),
	'a'        => array( 'href' => true, 'lang' => true, 'dir' => true ),
	'p'        => array( 'class' => true, 'lang' => true, 'dir' => true ),
	'span'     => array( 'class' => true, 'lang' => true, 'dir' => true ),
	'bdi'      => array( 'lang' => true, 'dir' => true ),
	'time'     => array( 'class' => true, 'datetime' => true ),
	'noscript' => array(),
	'img'      => array( 'src' => true, 'alt' => true, 'width' => true, 'height' => true ),
);

/* What is shown, and where. */

add_action( 'init', __NAMESPACE__ . '\\register' );
add_filter( 'the_content', __NAMESPACE__ . '\\after_content', 20 );
add_filter( 'script_loader_tag', __NAMESPACE__ . '\\load_async', 10, 2 );

/** Makes the shortcode and the block known. */
function register(): void {
	add_shortcode( OPTION, __NAMESPACE__ . '\\shortcode' );
	wp_register_script(
		'backfile-blocks-editor',
		false,
		array( 'wp-blocks', 'wp-block-editor', 'wp-components', 'wp-element', 'wp-i18n', 'wp-server-side-render' ),
		'1.0.0',
		true
	);
	wp_add_inline_script( 'backfile-blocks-editor', EDITOR );
	register_block_type(
		'backfile/blocks',
		array(
			'api_version'           => 2,
			'title'                 => __( 'Backfile blocks', 'backfile-blocks' ),
			'description'           => __( "Related articles, Editor's choice and Popular, without repeats.", 'backfile-blocks' ),
			'category'              => 'widgets',
			'icon'                  => 'list-view',
			'attributes'            => array(
				'blocks' => array(
					'type'    => 'array',
					'items'   => array( 'type' => 'string', 'enum' => BLOCKS ),
					'default' => array(),
				),
				'limit'  => array( 'type' => 'integer', 'default' => 0 ),
			),
			'uses_context'          => array( 'postId' ),
			'supports'              => array( 'html' => false, 'multiple' => false ),
			'editor_script_handles' => array( 'backfile-blocks-editor' ),
			'render_callback'       => __NAMESPACE__ . '\\block',
		)
	);
}

/** What the block shows: `$attributes` may name which blocks, and how many items. */
function block( array $attributes, string $content, \WP_Block $block ): string {
	$post = get_post( $block->context['postId'] ?? null );
	$html = render( $post, $attributes['blocks'], $attributes['limit'] );
	return '' === $html ? '' : '<div ' . get_block_wrapper_attributes() . '>' . $html . '</div>';
}

/** What `[backfile_blocks blocks="related popular" limit="3"]` shows. */
function shortcode( $given ): string {
	$given = shortcode_atts( array( 'blocks' => '', 'limit' => 0 ), $given, OPTION );
	return render( get_post(), wp_parse_list( $given['blocks'] ), (int) $given['limit'] );
}

/** Puts the blocks below a post, where that is wanted and the author put them nowhere else. */
function after_content( string $content ): string {
	$here = is_singular( 'post' ) && in_the_loop() && is_main_query();
	if ( ! $here || ! settings()['automatic'] || has_block( 'backfile/blocks' ) ) {
		return $content;
	}
	return has_shortcode( get_post()->post_content, OPTION ) ? $content : $content . render( get_post() );
}

/**
 * The blocks beside a post, as HTML; empty when there is nothing to show.
 *
 * @param \WP_Post|null $post   The post; nothing is asked about one that readers do not see.
 * @param string[]      $blocks Which blocks, in which order; the settings say it when this is empty.
 * @param int           $limit  How many items of Related and of Popular; the settings say it when this is 0.
 */
function render( ?\WP_Post $post, array $blocks = array(), int $limit = 0 ): string {
	$settings = settings();
	$blocks   = array_values( array_intersect( $blocks, BLOCKS ) );
	$blocks   = $blocks ? $blocks : $settings['blocks'];
	$limit    = $limit > 0 ? min( $limit, 50 ) : $settings['limit'];
	$hidden   = ! $post || 'publish' !== $post->post_status || post_password_required( $post );
	if ( $hidden || is_feed() || ! $blocks || '' === $settings['service'] ) {
		return '';
	}
	$article = article( $post, $settings['id_pattern'] );
	// The editor shows what the service answers; its pages do not run scripts of others.
	$editing = defined( 'REST_REQUEST' ) && REST_REQUEST;
	// What the script fills it gives its style, too.
	if ( $settings['style'] && 'script' !== $settings['delivery'] ) {
		wp_enqueue_style( 'backfile-blocks', $settings['service'] . '/blocks.css', array(), null );
	}
	if ( 'server' === $settings['delivery'] || $editing ) {
		return fragment( $settings['service'], $article + array( 'limit' => $limit ), $blocks );
	}
	wp_enqueue_script( 'backfile-blocks', $settings['service'] . '/blocks.js', array(), null, true );
	$html       = 'both' === $settings['delivery']
		? fragment( $settings['service'], $article + array( 'limit' => $limit ), $blocks )
		: '';
	$attributes = array( 'src' => $settings['service'], 'blocks' => implode( ' ', $blocks ), 'limit' => $limit );
	if ( isset( $article['id'] ) ) {
		$attributes['article'] = $article['id'];
	} else {
		$attributes['url'] = $article['url'];
	}
	$written = '';
	foreach ( $attributes as $name => $value ) {
		$written .= sprintf( ' %s="%s"', $name, esc_attr( $value ) );
	}
	return "<backfile-blocks$written>$html</backfile-blocks>";
}

/**
 * How the archive knows a post: `id` or `url`.
 *
 * The filter `backfile_blocks_article` can say it otherwise, for instance for posts that were
 * brought over from an older system and have kept their ids in the archive.
 *
 * @return array{id?: string, url?: string}
 */
function article( \WP_Post $post, string $pattern ): array {
	$article = '' === $pattern
		? array( 'url' => get_permalink( $post ) )
		: array( 'id' => str_replace( '{id}', (string) $post->ID, $pattern ) );
	return apply_filters( 'backfile_blocks_article', $article, $post );
}

/** Loads the script of the service without holding up the page. */
function load_async( string $tag, string $handle ): string {
	return 'backfile-blocks' === $handle ? str_replace( '<script ', '<script async ', $tag ) : $tag;
}

/* What is asked, and kept. */

/**
 * The service's answer as HTML, at most FRESH seconds old where the service can be reached, and the
 * last good one where it cannot; empty when there never was a good one. An empty answer is not kept.
 *
 * @param string   $service The address of the service.
 * @param array    $asked   The parameters of the question.
 * @param string[] $blocks  Which blocks, in which order.
 */
function fragment( string $service, array $asked, array $blocks ): string {
	$asked += array( 'format' => 'html', 'fallback' => 'true' );
	$url    = $service . '/api/v1/page-blocks?' . http_build_query( $asked, '', '&', PHP_QUERY_RFC3986 );
	$key    = OPTION . '_' . md5( $url . ' ' . implode( ' ', $blocks ) );
	$kept   = get_transient( $key );
	$html   = $kept['html'] ?? '';
	if ( $kept && time() < $kept['next'] || get_transient( OPTION . '_rest' ) ) {
		return $html;
	}
	$headers = array( 'Accept' => 'text/html' );
	if ( $kept ) {
		// Whoever asks in the meantime is content with what there is.
		keep( $key, array( 'next' => time() + PATIENCE ) + $kept );
		if ( '' !== $kept['etag'] ) {
			$headers['If-None-Match'] = $kept['etag'];
		}
	}
	$reply  = wp_remote_get(
		$url,
		array(
			'timeout'             => PATIENCE,
			'redirection'         => 0,
			'limit_response_size' => LONGEST,
			'headers'             => $headers,
		)
	);
	$status = (int) wp_remote_retrieve_response_code( $reply );
	if ( 0 === $status || $status >= 500 ) {
		set_transient( OPTION . '_rest', 1, REST );
		return $html;
	}
	$new = '';
	if ( 304 === $status ) {
		$new = $html;
	} elseif ( 200 === $status || 404 === $status ) {
		// With 404 come the blocks that go with any article, for one that the archive has not seen yet.
		$new = clean( wp_remote_retrieve_body( $reply ), $blocks );
	}
	if ( '' === $new ) {
		return $html;
	}
	$etag = 304 === $status ? $kept['etag'] : (string) wp_remote_retrieve_header( $reply, 'etag' );
	$now  = time();
	keep( $key, array( 'html' => $new, 'etag' => $etag, 'next' => $now + FRESH, 'until' => $now + KEPT ) );
	return $new;
}

/** Keeps an answer for as long as it may be shown. */
function keep( string $key, array $answer ): void {
	set_transient( $key, $answer, max( 1, $answer['until'] - time() ) );
}

/**
 * The chosen blocks of an answer, with nothing in them but what is allowed; empty when the answer
 * is not what the service gives, or when none of these blocks has an item.
 *
 * @param string   $answer What was received.
 * @param string[] $blocks Which blocks, in which order.
 */
function clean( string $answer, array $blocks ): string {
	$block = '~<section\b[^>]*\bdata-block="(\w+)"[^>]*>.*?</section>~s';
	if ( ! preg_match( '~^\s*(<div class="backfile-blocks"[^>]*>)(.*)</div>\s*$~s', $answer, $whole ) ) {
		return '';
	}
	preg_match_all( $block, $whole[2], $found, PREG_SET_ORDER );
	$found  = array_column( $found, 0, 1 );
	$chosen = '';
	foreach ( $blocks as $name ) {
		$chosen .= $found[ $name ] ?? '';
	}
	if ( false === strpos( $chosen, '<li' ) ) {
		return '';
	}
	$html = $whole[1] . $chosen . preg_replace( $block, '', $whole[2] ) . '</div>';
	$html = wp_kses( $html, ALLOWED, array( 'http', 'https' ) );
	// The only image is the one that counts a view.
	$html = preg_replace( '~<img\b(?![^>]*\ssrc="[^"]*/api/v1/views\.gif\?)[^>]*>~', '', $html );
	return force_balance_tags( $html );
}

/* What an administrator chooses. */

add_action( 'admin_init', __NAMESPACE__ . '\\register_settings' );
add_action( 'admin_menu', __NAMESPACE__ . '\\add_page' );
add_filter( 'plugin_action_links_' . plugin_basename( __FILE__ ), __NAMESPACE__ . '\\link_to_page' );
register_uninstall_hook( __FILE__, __NAMESPACE__ . '\\uninstall' );

/** The settings, complete. */
function settings(): array {
	return array_merge( DEFAULTS, (array) get_option( OPTION, array() ) );
}

/** Has WordPress check who saves the settings, and us what is saved. */
function register_settings(): void {
	register_setting( OPTION, OPTION, array( 'sanitize_callback' => __NAMESPACE__ . '\\sanitize' ) );
}

/** What is kept of a form that was sent; an address that cannot be one leaves the old one. */
function sanitize( $given ): array {
	$given   = (array) $given + array( 'service' => '', 'delivery' => '', 'blocks' => array(), 'limit' => 0 );
	$service = untrailingslashit( esc_url_raw( trim( (string) $given['service'] ), array( 'http', 'https' ) ) );
	if ( '' !== trim( (string) $given['service'] ) && ! wp_parse_url( $service, PHP_URL_HOST ) ) {
		$service = settings()['service'];
		$message = __( 'The address of the service begins with https:// and names a host.', 'backfile-blocks' );
		add_settings_error( OPTION, 'service', $message );
	}
	$limit = (int) $given['limit'];
	return array(
		'service'    => $service,
		'delivery'   => isset( deliveries()[ $given['delivery'] ] ) ? $given['delivery'] : 'server',
		'blocks'     => array_values( array_intersect( BLOCKS, (array) $given['blocks'] ) ),
		'limit'      => max( 1, min( 50, $limit ? $limit : DEFAULTS['limit'] ) ),
		'automatic'  => ! empty( $given['automatic'] ),
		'style'      => ! empty( $given['style'] ),
		'id_pattern' => sanitize_text_field( (string) ( $given['id_pattern'] ?? '' ) ),
	);
}

/** The ways in which blocks come into a page. */
function deliveries(): array {
	return array(
		'server' => __( 'In the page: works without JavaScript', 'backfile-blocks' ),
		'both'   => __( 'In the page, with the script of the service: clicks are counted, too', 'backfile-blocks' ),
		'script' => __( 'By the script alone: for pages that are cached for long', 'backfile-blocks' ),
	);
}

/** Puts our page into the menu of settings. */
function add_page(): void {
	$title = __( 'Backfile blocks', 'backfile-blocks' );
	add_options_page( $title, $title, 'manage_options', 'backfile-blocks', __NAMESPACE__ . '\\page' );
}

/** Puts a link to our page into the list of plugins. */
function link_to_page( array $links ): array {
	$address = admin_url( 'options-general.php?page=backfile-blocks' );
	array_unshift( $links, sprintf( '<a href="%s">%s</a>', esc_url( $address ), esc_html__( 'Settings', 'backfile-blocks' ) ) );
	return $links;
}

/** Whether the service answers, in a sentence. */
function condition( string $service ): string {
	if ( '' === $service ) {
		return __( 'Nothing is shown before the address of the service stands here.', 'backfile-blocks' );
	}
	$asked = array( 'timeout' => PATIENCE, 'redirection' => 0, 'limit_response_size' => LONGEST );
	$reply = wp_remote_get( $service . '/healthz', $asked );
	if ( is_wp_error( $reply ) ) {
		/* translators: %s: what went wrong */
		return sprintf( __( 'The service cannot be reached: %s', 'backfile-blocks' ), $reply->get_error_message() );
	}
	$health = json_decode( wp_remote_retrieve_body( $reply ), true );
	if ( ! isset( $health['articles'] ) ) {
		return __( 'Something answers there, but not as a Backfile service does.', 'backfile-blocks' );
	}
	/* translators: %s: how many articles, such as 1,234 */
	$sentence = _n( 'The service answers, with %s article.', 'The service answers, with %s articles.', $health['articles'], 'backfile-blocks' );
	return sprintf( $sentence, number_format_i18n( $health['articles'] ) );
}

/** The page of settings. */
function page(): void {
	if ( ! current_user_can( 'manage_options' ) ) {
		return;
	}
	$settings = settings();
	$titles   = array(
		'related'        => __( 'Related articles', 'backfile-blocks' ),
		'editors_choice' => __( "Editor's choice", 'backfile-blocks' ),
		'popular'        => __( 'Popular', 'backfile-blocks' ),
	);
	?>
	<div class="wrap">
		<h1><?php esc_html_e( 'Backfile blocks', 'backfile-blocks' ); ?></h1>
		<form action="options.php" method="post">
			<?php settings_fields( OPTION ); ?>
			<table class="form-table" role="presentation">
				<tr>
					<th scope="row"><label for="backfile-service"><?php esc_html_e( 'Address of the service', 'backfile-blocks' ); ?></label></th>
					<td>
						<input id="backfile-service" name="backfile_blocks[service]" type="url" class="regular-text"
							placeholder="https://archive.example.org" aria-describedby="backfile-condition"
							value="<?php echo esc_attr( $settings['service'] ); ?>">
						<p id="backfile-condition" class="description"><?php echo esc_html( condition( $settings['service'] ) ); ?></p>
					</td>
				</tr>
				<tr>
					<th scope="row"><?php esc_html_e( 'Blocks', 'backfile-blocks' ); ?></th>
					<td><fieldset>
						<legend class="screen-reader-text"><?php esc_html_e( 'Blocks', 'backfile-blocks' ); ?></legend>
						<?php foreach ( $titles as $name => $title ) : ?>
							<label><input type="checkbox" name="backfile_blocks[blocks][]" value="<?php echo esc_attr( $name ); ?>"
								<?php checked( in_array( $name, $settings['blocks'], true ) ); ?>> <?php echo esc_html( $title ); ?></label><br>
						<?php endforeach; ?>
						<label><?php esc_html_e( 'Items of Related and of Popular', 'backfile-blocks' ); ?>
							<input type="number" name="backfile_blocks[limit]" min="1" max="50" class="small-text"
								value="<?php echo esc_attr( $settings['limit'] ); ?>"></label>
					</fieldset></td>
				</tr>
				<tr>
					<th scope="row"><?php esc_html_e( 'Place', 'backfile-blocks' ); ?></th>
					<td>
						<label><input type="checkbox" name="backfile_blocks[automatic]" value="1" <?php checked( $settings['automatic'] ); ?>>
							<?php esc_html_e( 'Below every post that does not place them itself', 'backfile-blocks' ); ?></label>
						<p class="description"><?php esc_html_e( 'The block “Backfile blocks” and the shortcode [backfile_blocks] place them.', 'backfile-blocks' ); ?></p>
					</td>
				</tr>
				<tr>
					<th scope="row"><?php esc_html_e( 'How they come', 'backfile-blocks' ); ?></th>
					<td><fieldset>
						<legend class="screen-reader-text"><?php esc_html_e( 'How they come', 'backfile-blocks' ); ?></legend>
						<?php foreach ( deliveries() as $name => $title ) : ?>
							<label><input type="radio" name="backfile_blocks[delivery]" value="<?php echo esc_attr( $name ); ?>"
								<?php checked( $name, $settings['delivery'] ); ?>> <?php echo esc_html( $title ); ?></label><br>
						<?php endforeach; ?>
						<label><input type="checkbox" name="backfile_blocks[style]" value="1" <?php checked( $settings['style'] ); ?>>
							<?php esc_html_e( 'With the style sheet of the service, which leaves letters and colours to your theme', 'backfile-blocks' ); ?></label>
					</fieldset></td>
				</tr>
				<tr>
					<th scope="row"><label for="backfile-pattern"><?php esc_html_e( 'Ids in the archive', 'backfile-blocks' ); ?></label></th>
					<td>
						<input id="backfile-pattern" name="backfile_blocks[id_pattern]" type="text" class="regular-text code"
							placeholder="wp-{id}" value="<?php echo esc_attr( $settings['id_pattern'] ); ?>">
						<p class="description"><?php esc_html_e( 'Where posts have ids of their own in the archive: how these are made of {id}. Left empty, posts are found by their address.', 'backfile-blocks' ); ?></p>
					</td>
				</tr>
			</table>
			<?php submit_button(); ?>
		</form>
	</div>
	<?php
}

/** Leaves nothing behind, on any site of a network. */
function uninstall(): void {
	global $wpdb;
	foreach ( is_multisite() ? get_sites( array( 'fields' => 'ids', 'number' => 0 ) ) : array( 0 ) as $site ) {
		$site && switch_to_blog( $site );
		delete_option( OPTION );
		foreach ( array( '_transient_', '_transient_timeout_' ) as $prefix ) {
			$like = $wpdb->esc_like( $prefix . OPTION . '_' ) . '%';
			$wpdb->query( $wpdb->prepare( "DELETE FROM $wpdb->options WHERE option_name LIKE %s", $like ) );
		}
		$site && restore_current_blog();
	}
}

/* How the block looks in the editor: as the service answers, with its choices at the side. */

const EDITOR = <<<'JS'
( function ( wp ) {
	var create = wp.element.createElement, __ = wp.i18n.__, parts = wp.components;
	var titles = {
		related: __( 'Related articles', 'backfile-blocks' ),
		editors_choice: __( "Editor's choice", 'backfile-blocks' ),
		popular: __( 'Popular', 'backfile-blocks' )
	};
	wp.blocks.registerBlockType( 'backfile/blocks', {
		edit: function ( props ) {
			var chosen = props.attributes.blocks;
			var boxes = Object.keys( titles ).map( function ( name ) {
				return create( parts.CheckboxControl, {
					key: name,
					label: titles[ name ],
					checked: ! chosen.length || chosen.indexOf( name ) >= 0,
					onChange: function ( checked ) {
						props.setAttributes( { blocks: Object.keys( titles ).filter( function ( other ) {
							return other === name ? checked : ! chosen.length || chosen.indexOf( other ) >= 0;
						} ) } );
					}
				} );
			} );
			var limit = create( parts.RangeControl, {
				label: __( 'Items of Related and of Popular (0: as in the settings)', 'backfile-blocks' ),
				min: 0,
				max: 50,
				value: props.attributes.limit,
				onChange: function ( limit ) { props.setAttributes( { limit: limit || 0 } ); }
			} );
			return create( 'div', wp.blockEditor.useBlockProps(),
				create( wp.blockEditor.InspectorControls, null,
					create( parts.PanelBody, { title: __( 'Blocks', 'backfile-blocks' ) }, boxes, limit ) ),
				create( parts.Disabled, null, create( wp.serverSideRender, {
					block: 'backfile/blocks',
					attributes: props.attributes,
					EmptyResponsePlaceholder: function () {
						return create( parts.Placeholder, {
							icon: 'list-view',
							label: __( 'Backfile blocks', 'backfile-blocks' ),
							instructions: __( 'They appear here once the post is published and the service answers.', 'backfile-blocks' )
						} );
					}
				} ) ) );
		},
		save: function () { return null; }
	} );
} )( window.wp );
JS;
