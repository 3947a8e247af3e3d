<?php

declare(strict_types=1);

namespace Drupal\backfile;

use Drupal\Component\Datetime\TimeInterface;
use Drupal\Core\Cache\CacheBackendInterface;
use GuzzleHttp\ClientInterface;
use GuzzleHttp\Exception\GuzzleException;
use GuzzleHttp\Psr7\Utils;

/**
 * Asks the service what stands beside an article, and keeps what it said.
 *
 * An answer is shown for a minute; then it is asked for again by its ETag. While
 * the service is away the last good answer stays, for a day at most. An empty
 * answer is never kept.
 */
final class BlocksClient {

  /**
   * Seconds for which an answer is shown without asking again.
   */
  public const FRESH = 60;

  /**
   * Seconds for which the last good answer is kept.
   */
  private const KEPT = 86400;

  /**
   * Seconds that a page waits.
   */
  private const PATIENCE = 2;

  /**
   * Seconds for which a service that is away is not asked.
   */
  private const REST = 15;

  /**
   * The longest answer that is read, in bytes.
   */
  private const LONGEST = 262144;

  public function __construct(
    private readonly ClientInterface $http,
    private readonly CacheBackendInterface $cache,
    private readonly TimeInterface $time,
  ) {}

  /**
   * Returns what the service says of a page.
   *
   * @param string $service
   *   The address of the service, without a slash at the end.
   * @param array $asked
   *   Parameters of the call: id or url, limit and whatever else it takes.
   *
   * @return array|null
   *   The answer with `receipt` and `blocks`; NULL when there never was a good
   *   one.
   */
  public function answer(string $service, array $asked): ?array {
    $query = http_build_query($asked + ['fallback' => 'true'], '', '&', PHP_QUERY_RFC3986);
    $key = 'backfile:' . hash('sha256', $service . '?' . $query);
    $rest = 'backfile:rest:' . hash('sha256', $service);
    $now = $this->time->getCurrentTime();
    $kept = $this->cache->get($key)->data ?? NULL;
    $last = $kept['answer'] ?? NULL;
    if ($kept && $now < $kept['next'] || $this->cache->get($rest)) {
      return $last;
    }
    if ($kept) {
      // Whoever asks in the meantime is content with what there is.
      $this->cache->set($key, ['next' => $now + self::PATIENCE] + $kept, $kept['until']);
    }
    [$status, $text, $etag] = $this->ask($service . '/api/v1/page-blocks?' . $query, $kept['etag'] ?? '');
    if ($status === 0 || $status >= 500) {
      $this->cache->set($rest, TRUE, $now + self::REST);
      return $last;
    }
    $answer = $status === 304 ? $last : self::read($text);
    if ($answer === NULL) {
      return $last;
    }
    $this->cache->set($key, [
      'answer' => $answer,
      'etag' => $status === 304 ? $kept['etag'] : $etag,
      'next' => $now + self::FRESH,
      'until' => $now + self::KEPT,
    ], $now + self::KEPT);
    return $answer;
  }

  /**
   * Returns the status (0 without an answer), the text and the ETag of a reply.
   */
  private function ask(string $url, string $etag): array {
    try {
      $reply = $this->http->request('GET', $url, [
        'headers' => ['Accept' => 'application/json'] + array_filter(['If-None-Match' => $etag]),
        'connect_timeout' => self::PATIENCE,
        'timeout' => self::PATIENCE,
        'read_timeout' => self::PATIENCE,
        'allow_redirects' => FALSE,
        'http_errors' => FALSE,
        'stream' => TRUE,
      ]);
      // With 404 come the blocks that go with any article, for one that the
      // archive has not seen yet.
      $told = in_array($reply->getStatusCode(), [200, 404], TRUE);
      $text = $told ? Utils::copyToString($reply->getBody(), self::LONGEST) : '';
      return [$reply->getStatusCode(), $text, $reply->getHeaderLine('ETag')];
    }
    catch (GuzzleException | \RuntimeException) {
      return [0, '', ''];
    }
  }

  /**
   * Returns an answer that holds an item at least, else NULL.
   */
  private static function read(string $text): ?array {
    $answer = json_decode($text, TRUE, 16);
    $blocks = is_array($answer) ? $answer['blocks'] ?? NULL : NULL;
    if (!is_array($blocks) || !is_string($answer['receipt'] ?? NULL)) {
      return NULL;
    }
    foreach ($blocks as $block) {
      if (!is_array($block) || !is_array($block['items'] ?? NULL)) {
        return NULL;
      }
    }
    return array_filter(array_column($blocks, 'items')) ? $answer : NULL;
  }

}
