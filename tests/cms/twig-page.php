<?php
// The page of an article by the Twig sample, with real Guzzle and Twig. Drupal's core is in no package
// of Debian, so the three things that the client asks of it are said here, in a file each for what is kept.
namespace Drupal\Component\Datetime {
	interface TimeInterface {
		public function getCurrentTime();
	}
}

namespace Drupal\Core\Cache {
	interface CacheBackendInterface {
		public function get( $cid, $allow_invalid = false );
		public function set( $cid, $data, $expire = -1, array $tags = array() );
	}
}

namespace {
	error_reporting( E_ALL & ~E_DEPRECATED );
	require '/usr/share/php/GuzzleHttp/autoload.php';
	require '/usr/share/php/Twig/autoload.php';
	$samples = dirname( __DIR__, 2 ) . '/docs/cms/drupal';
	require $samples . '/backfile/src/BlocksClient.php';
	set_error_handler(
		function ( $level, $message, $file, $line ) {
			throw new \ErrorException( $message, 0, $level, $file, $line );
		},
		E_ALL & ~E_DEPRECATED
	);

	final class Clock implements \Drupal\Component\Datetime\TimeInterface {
		public function getCurrentTime() {
			return (int) $_GET['now'];
		}
	}

	final class Files implements \Drupal\Core\Cache\CacheBackendInterface {
		public function get( $cid, $allow_invalid = false ) {
			$file = $this->file( $cid );
			$kept = is_file( $file ) ? json_decode( file_get_contents( $file ) ) : null;
			if ( ! $kept || $kept->expire < (int) $_GET['now'] ) {
				return false;
			}
			return (object) array( 'data' => json_decode( $kept->data, true ) );
		}

		public function set( $cid, $data, $expire = -1, array $tags = array() ) {
			$kept = array( 'data' => json_encode( $data ), 'expire' => $expire );
			file_put_contents( $this->file( $cid ), json_encode( $kept ) );
		}

		private function file( $cid ) {
			return getenv( 'KEPT' ) . '/' . md5( $cid );
		}
	}

	if ( '/' !== parse_url( $_SERVER['REQUEST_URI'], PHP_URL_PATH ) ) {
		http_response_code( 204 ); // the sign of the site, which it has not
		return;
	}

	$service = getenv( 'SERVICE' );
	$client  = new \Drupal\backfile\BlocksClient( new \GuzzleHttp\Client(), new Files(), new Clock() );
	$answer  = $client->answer( $service, array( 'url' => $_GET['url'], 'limit' => 5 ) );
	$loader  = new \Twig\Loader\FilesystemLoader( array( $samples, $samples . '/backfile/templates' ) );
	$twig    = new \Twig\Environment( $loader, array( 'strict_variables' => true ) );
	$article = array( 'title' => $answer['article']['title'] ?? 'An article', 'paragraphs' => array( 'What it says.' ) );
	header( 'Content-Type: text/html; charset=utf-8' );
	echo $twig->render( 'plain-page.html.twig', compact( 'service', 'answer', 'article' ) );
}
