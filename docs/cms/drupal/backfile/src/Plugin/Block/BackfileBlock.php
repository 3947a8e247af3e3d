<?php

declare(strict_types=1);

namespace Drupal\backfile\Plugin\Block;

use Drupal\Core\Block\Attribute\Block;
use Drupal\Core\Block\BlockBase;
use Drupal\Core\Cache\CacheableMetadata;
use Drupal\Core\Config\ConfigFactoryInterface;
use Drupal\Core\Form\FormStateInterface;
use Drupal\Core\PageCache\ResponsePolicy\KillSwitch;
use Drupal\Core\Plugin\Context\EntityContextDefinition;
use Drupal\Core\Plugin\ContainerFactoryPluginInterface;
use Drupal\Core\StringTranslation\TranslatableMarkup;
use Drupal\backfile\BlocksClient;
use Drupal\node\NodeInterface;
use Symfony\Component\DependencyInjection\ContainerInterface;

/**
 * What the archive has beside a node.
 */
#[Block(
  id: 'backfile_blocks',
  admin_label: new TranslatableMarkup('Backfile blocks'),
  category: new TranslatableMarkup('Backfile'),
  context_definitions: [
    'node' => new EntityContextDefinition('entity:node', new TranslatableMarkup('Node')),
  ],
)]
final class BackfileBlock extends BlockBase implements ContainerFactoryPluginInterface {

  public function __construct(
    array $configuration,
    string $plugin_id,
    mixed $plugin_definition,
    private readonly BlocksClient $client,
    private readonly ConfigFactoryInterface $config,
    private readonly KillSwitch $killSwitch,
  ) {
    parent::__construct($configuration, $plugin_id, $plugin_definition);
  }

  /**
   * {@inheritdoc}
   */
  public static function create(ContainerInterface $container, array $configuration, $plugin_id, $plugin_definition): self {
    return new self(
      $configuration,
      $plugin_id,
      $plugin_definition,
      $container->get('backfile.client'),
      $container->get('config.factory'),
      $container->get('page_cache_kill_switch'),
    );
  }

  /**
   * {@inheritdoc}
   */
  public function build(): array {
    $settings = $this->config->get('backfile.settings');
    $service = (string) $settings->get('service');
    $node = $this->getContextValue('node');
    $build = [];
    $cached = CacheableMetadata::createFromObject($settings)->addCacheableDependency($node);
    if ($service !== '' && $node instanceof NodeInterface && $node->isPublished()) {
      $cached->setCacheMaxAge(BlocksClient::FRESH);
      $answer = $this->client->answer($service, $this->asked($node, (string) $settings->get('id_pattern')));
      $blocks = $this->chosen($answer['blocks'] ?? []);
      if ($blocks) {
        $script = $settings->get('delivery') === 'both';
        $build = [
          '#theme' => 'backfile_blocks',
          '#service' => $service,
          '#receipt' => $answer['receipt'],
          '#blocks' => $blocks,
          '#script' => $script,
          '#attached' => [
            'library' => $script ? ['backfile/style', 'backfile/script'] : ['backfile/style'],
          ],
        ];
      }
      else {
        // Nothing empty is kept, neither here nor with the whole page.
        $cached->setCacheMaxAge(0);
        $this->killSwitch->trigger();
      }
    }
    $cached->applyTo($build);
    return $build;
  }

  /**
   * Returns what to ask for a node, known by its id in the archive or its address.
   */
  private function asked(NodeInterface $node, string $pattern): array {
    $article = $pattern !== ''
      ? ['id' => str_replace('{id}', (string) $node->id(), $pattern)]
      : ['url' => $node->toUrl('canonical', ['absolute' => TRUE])->toString(TRUE)->getGeneratedUrl()];
    return $article + ['limit' => $this->configuration['limit']];
  }

  /**
   * Returns the blocks that are wanted here, without empty ones.
   */
  private function chosen(array $blocks): array {
    $wanted = array_intersect_key($blocks, array_flip($this->configuration['blocks']));
    return array_filter($wanted, static fn(array $block): bool => (bool) $block['items']);
  }

  /**
   * {@inheritdoc}
   */
  public function defaultConfiguration(): array {
    return [
      'blocks' => ['related', 'editors_choice', 'popular'],
      'limit' => 5,
      'label_display' => FALSE,
    ];
  }

  /**
   * {@inheritdoc}
   */
  public function blockForm($form, FormStateInterface $form_state): array {
    $form['blocks'] = [
      '#type' => 'checkboxes',
      '#title' => $this->t('Which blocks'),
      '#options' => [
        'related' => $this->t('Related articles'),
        'editors_choice' => $this->t("Editor's choice"),
        'popular' => $this->t('Popular'),
      ],
      '#default_value' => $this->configuration['blocks'],
      '#required' => TRUE,
    ];
    $form['limit'] = [
      '#type' => 'number',
      '#title' => $this->t('Items of Related and of Popular'),
      '#min' => 1,
      '#max' => 50,
      '#default_value' => $this->configuration['limit'],
      '#required' => TRUE,
    ];
    return $form;
  }

  /**
   * {@inheritdoc}
   */
  public function blockSubmit($form, FormStateInterface $form_state): void {
    $this->configuration['blocks'] = array_values(array_filter($form_state->getValue('blocks')));
    $this->configuration['limit'] = (int) $form_state->getValue('limit');
  }

}
