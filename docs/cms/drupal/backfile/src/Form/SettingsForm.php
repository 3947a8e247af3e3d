<?php

declare(strict_types=1);

namespace Drupal\backfile\Form;

use Drupal\Core\Cache\Cache;
use Drupal\Core\Form\ConfigFormBase;
use Drupal\Core\Form\FormStateInterface;

/**
 * Where the archive is, and how its blocks come into pages.
 */
final class SettingsForm extends ConfigFormBase {

  /**
   * {@inheritdoc}
   */
  public function getFormId(): string {
    return 'backfile_settings';
  }

  /**
   * {@inheritdoc}
   */
  protected function getEditableConfigNames(): array {
    return ['backfile.settings'];
  }

  /**
   * {@inheritdoc}
   */
  public function buildForm(array $form, FormStateInterface $form_state): array {
    $settings = $this->config('backfile.settings');
    $form['service'] = [
      '#type' => 'url',
      '#title' => $this->t('Address of the service'),
      '#placeholder' => 'https://archive.example.org',
      '#default_value' => $settings->get('service'),
      '#required' => TRUE,
    ];
    $form['delivery'] = [
      '#type' => 'radios',
      '#title' => $this->t('How they come'),
      '#options' => [
        'server' => $this->t('In the page: works without JavaScript'),
        'both' => $this->t('In the page, with the script of the service: clicks are counted, too'),
      ],
      '#default_value' => $settings->get('delivery'),
    ];
    $form['id_pattern'] = [
      '#type' => 'textfield',
      '#title' => $this->t('Ids in the archive'),
      '#description' => $this->t('How ids are made of {id}, such as node-{id}. Left empty, nodes are found by their address.'),
      '#default_value' => $settings->get('id_pattern'),
    ];
    return parent::buildForm($form, $form_state);
  }

  /**
   * {@inheritdoc}
   */
  public function submitForm(array &$form, FormStateInterface $form_state): void {
    $this->config('backfile.settings')
      ->set('service', rtrim(trim($form_state->getValue('service')), '/'))
      ->set('delivery', $form_state->getValue('delivery'))
      ->set('id_pattern', trim($form_state->getValue('id_pattern')))
      ->save();
    // The library of the script holds the address.
    Cache::invalidateTags(['library_info']);
    parent::submitForm($form, $form_state);
  }

}
